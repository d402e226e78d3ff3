//! Every literal name of the protocols, once, grouped by where it is used.
