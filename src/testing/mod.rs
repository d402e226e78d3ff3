//! For tests: a mock client, a scripted client, an identity provider in memory.
