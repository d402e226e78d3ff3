//! JSON Object Signing and Encryption: algorithms, keys, signatures.
