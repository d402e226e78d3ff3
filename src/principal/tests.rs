use super::*;
use crate::document::Document;

fn identity(json: &str) -> ClaimsIdentity {
    let document = Document::parse(json.to_owned()).unwrap();
    ClaimsIdentity::builder().claims(Claim::all_of(&document, "https://issuer.example.com")).authentication_type("Bearer").build()
}

#[test]
fn arrays_become_several_claims_and_objects_stay_json() {
    let identity = identity(
        r#"{"sub":"a\u0062c","role":["x","y"],"n":1.50,"ok":true,"address":{"country" : "NO"},"none":null,"mixed":[1,"s",false,null,{"a":1},[2]]}"#,
    );
    let found: Vec<_> = identity.claims().iter().map(|claim| (claim.claim_type(), claim.value(), claim.value_type())).collect();
    use ClaimValueType::{Boolean, Json, Number, String};
    assert_eq!(
        found,
        [
            ("sub", "abc", String),
            ("role", "x", String),
            ("role", "y", String),
            ("n", "1.50", Number),
            ("ok", "true", Boolean),
            ("address", r#"{"country" : "NO"}"#, Json),
            ("mixed", "1", Number),
            ("mixed", "s", String),
            ("mixed", "false", Boolean),
            ("mixed", r#"{"a":1}"#, Json),
            ("mixed", "[2]", Json),
        ]
    );
    assert!(identity.claims().iter().all(|claim| claim.issuer() == "https://issuer.example.com"));
}

#[test]
fn name_does_not_fall_back() {
    let identity = identity(r#"{"sub":"1","preferred_username":"al","email":"a@b"}"#);
    assert_eq!(identity.name(), None);
    assert_eq!(ClaimsIdentity::builder().claims(identity.claims().to_vec()).name_claim_type("email").build().name(), Some("a@b"));
}

#[test]
fn roles_are_compared_exactly_and_by_the_type_that_was_chosen() {
    let claims = [Claim::new("role", "admin"), Claim::new("roles", "Writer")];
    let default = ClaimsIdentity::builder().claims(claims.clone()).build();
    let other = ClaimsIdentity::builder().claims(claims).role_claim_type("roles").build();
    for (identity, role, expected) in [
        (&default, "admin", true),
        (&default, "Admin", false),
        (&default, "Writer", false),
        (&other, "Writer", true),
        (&other, "writer", false),
        (&other, "admin", false),
    ] {
        assert_eq!(identity.is_in_role(role), expected, "{role}");
    }
    assert_eq!(other.roles().collect::<Vec<_>>(), ["Writer"]);
}

#[test]
fn an_identity_is_authenticated_by_its_type_alone() {
    assert!(!ClaimsIdentity::builder().claims([Claim::new("sub", "1")]).build().is_authenticated());
    assert!(!ClaimsIdentity::builder().authentication_type("").build().is_authenticated());
    assert!(ClaimsIdentity::builder().authentication_type("Bearer").build().is_authenticated());
    assert!(!ClaimsPrincipal::anonymous().is_authenticated());
}

#[test]
fn a_principal_asks_all_its_identities() {
    let first = ClaimsIdentity::builder().claims([Claim::new("role", "a"), Claim::new("email", "one")]).build();
    let second = ClaimsIdentity::builder()
        .claims([Claim::new("grp", "b"), Claim::new("role", "c"), Claim::new("email", "two"), Claim::new("name", "N")])
        .role_claim_type("grp")
        .authentication_type("mtls")
        .build();
    let principal = ClaimsPrincipal::new(first).with_identity(second);
    assert!(principal.is_authenticated());
    assert_eq!(principal.name(), Some("N"));
    assert!(principal.is_in_role("a") && principal.is_in_role("b") && !principal.is_in_role("c"));
    assert_eq!(principal.find_first("email").map(Claim::value), Some("one"));
    assert_eq!(principal.find_all("email").count(), 2);
    assert!(principal.has_claim("email", "two") && !principal.has_claim("email", "three"));
    assert_eq!(principal.claims().count(), 6);
}

#[test]
fn debug_shows_no_values() {
    let principal = ClaimsPrincipal::new(identity(r#"{"sub":"canary-1","email":["canary-2"]}"#));
    let text = format!("{principal:?}");
    assert!(text.contains("email") && !text.contains("canary"), "{text}");
}
