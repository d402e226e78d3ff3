//! The JSON that a response keeps, with the `try_get_*` family.
