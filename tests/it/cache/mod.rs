//! Caches from the outside.

mod replay;

mod refresh;
