//! The roof: one public error, made from the small errors of each layer.
