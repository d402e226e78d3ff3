//! Token validation through the public interface.

mod token_cases;
