//! Caches of discovery documents and key sets.
