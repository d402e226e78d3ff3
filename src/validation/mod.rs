//! Token validation: a token, keys, options and the time in, a verdict out.
