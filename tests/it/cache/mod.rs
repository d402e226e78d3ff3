//! Caches from the outside.

mod replay;
