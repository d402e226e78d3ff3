//! The two drivers: they run an exchange over an HTTP client, async or blocking.
