//! Tokens bound to a key: rules S3, S5.

use serde_json::{Value, json};

use super::harness::*;
use crate::validation::{Binding, TokenKind, TokenValidationOptions};

const KEY_THUMBPRINT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
const CERTIFICATE_THUMBPRINT: &str = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";

#[test]
fn s3_s5_every_known_way_of_binding_must_fit_what_was_proven() {
    let nothing = Binding::none();
    let key = Binding::none().with_key_thumbprint(KEY_THUMBPRINT);
    let certificate = Binding::none().with_certificate_thumbprint(CERTIFICATE_THUMBPRINT);
    let both = key.clone().with_certificate_thumbprint(CERTIFICATE_THUMBPRINT);
    let (jkt, x5t) = (json!({"jkt": KEY_THUMBPRINT}), json!({"x5t#S256": CERTIFICATE_THUMBPRINT}));
    let both_bound = json!({"jkt": KEY_THUMBPRINT, "x5t#S256": CERTIFICATE_THUMBPRINT});
    for (binding, cnf, expected) in [
        (&nothing, None, "ok"),
        (&nothing, Some(&jkt), "bound_token"),
        (&nothing, Some(&x5t), "bound_token"),
        (&key, Some(&jkt), "ok"),
        (&key, None, "binding_missing"),
        (&key, Some(&x5t), "bound_token"),
        (&key, Some(&both_bound), "bound_token"),
        (&key, Some(&json!({"jkt": CERTIFICATE_THUMBPRINT})), "binding_mismatch"),
        (&key, Some(&json!({"jkt": KEY_THUMBPRINT.to_lowercase()})), "binding_mismatch"),
        (&key, Some(&json!({"jkt": KEY_THUMBPRINT, "other": {}})), "ok"),
        (&key, Some(&json!({"jkt": 1})), "claim_malformed"),
        (&key, Some(&json!({"other": 1})), "binding_unknown"),
        (&nothing, Some(&json!({"other": 1})), "binding_unknown"),
        (&nothing, Some(&json!({})), "binding_unknown"),
        (&nothing, Some(&json!("jkt")), "claim_malformed"),
        (&nothing, Some(&Value::Null), "ok"),
        (&key, Some(&Value::Null), "binding_missing"),
        (&certificate, Some(&x5t), "ok"),
        (&certificate, None, "ok"),
        (&certificate, Some(&jkt), "bound_token"),
        (&certificate, Some(&json!({"x5t#S256": KEY_THUMBPRINT})), "binding_mismatch"),
        (&both, Some(&both_bound), "ok"),
        (&both, Some(&x5t), "binding_missing"),
        (&both, Some(&jkt), "ok"),
        (&both, None, "binding_missing"),
    ] {
        for kind in [TokenKind::AccessToken, TokenKind::PlainAccessToken, TokenKind::Other] {
            let outcome = judge_changed(&rules(kind).with_binding(binding.clone()), [("cnf", cnf.cloned())]);
            expect(outcome, expected, (kind, binding, cnf));
        }
    }
    expect(judge_changed(&rules(TokenKind::IdToken), [("cnf", Some(jkt))]), "ok", "an ID token is no bearer");
}

#[test]
fn s3_binding_can_be_demanded() {
    let options = complete!(TokenValidationOptions::access_token().require_cnf());
    expect(judge(&sound(TokenKind::AccessToken).1, &options), "claim_missing", "a bearer");
    let skipped = complete!(TokenValidationOptions::access_token().danger_skip_cnf());
    expect(judge_changed(&skipped, [("cnf", Some(json!({"jkt": "x"})))]), "ok", "skipped");
}
