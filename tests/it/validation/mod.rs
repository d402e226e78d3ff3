//! Token validation through the public interface.

mod duende;
mod token_cases;
