//! What must not compile, and in which words the compiler says why.
//!
//! A scratch crate with all dependencies is built for this: minutes the first time. `.ci/run full` asks for it by
//! `IDENTITY_MODEL_COMPILE_FAIL` (`TRYBUILD=overwrite` renews what is expected); that a request without its members does not compile is a documentation test of `protocol` as well.

use crate::skipping;

#[test]
fn a_request_that_lacks_a_member_is_told_which() {
    if std::env::var_os("IDENTITY_MODEL_COMPILE_FAIL").is_none() {
        return skipping::skip("IDENTITY_MODEL_COMPILE_FAIL is not set, and compiling what must not compile is slow");
    }
    skipping::run();
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
