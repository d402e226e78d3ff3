//! The inputs that the fuzzers start from: keys and tokens of one's own, and texts that come near every branch.

use std::fs;
use std::path::Path;

use identity_model::encoding::base64url;
use identity_model::environment::SystemEntropy;
use identity_model::jose::{
    ContentEncryptionAlgorithm as Enc, Curve, JweHeader, JwsHeader, KeyManagementAlgorithm as Alg, PrivateKey, SignatureAlgorithm as Sig,
    encrypt_compact, sign_compact_blocking,
};
use serde_json::{Value, json};

const PAYLOAD: &[u8] = br#"{"iss":"https://issuer.example.com","sub":"alice"}"#;

/// Writes everything that `fuzz/` has and no fuzzer has found.
pub(super) fn write(folder: &Path) {
    let public = signed(folder);
    encrypted(folder);
    key_sets(folder, &public);
    for (target, seeds) in [("claims", claims()), ("discovery", documents()), ("callback", callbacks()), ("challenge", challenges())] {
        seeds.into_iter().for_each(|(name, text)| seed(folder, target, name, text.as_bytes()));
    }
}

fn seed(folder: &Path, target: &str, name: &str, input: &[u8]) {
    fs::write(folder.join("corpus").join(target).join(format!("seed-{name}")), input).unwrap();
}

fn fixture(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join("fixtures").join(name), text).unwrap();
}

/// A JWK without `alg` and `use`, for whichever algorithm of its type.
fn plain(key: &PrivateKey, key_id: &str) -> PrivateKey {
    let mut jwk: Value = serde_json::from_str(key.expose_jwk().expose()).unwrap();
    jwk.as_object_mut().unwrap().retain(|member, _| member != "alg" && member != "use");
    PrivateKey::from_jwk(jwk.to_string().as_bytes()).unwrap().with_key_id(key_id).unwrap()
}

/// The parts of a token on a line each, not encoded; none where a line break stands in one but the last.
fn lines(token: &str) -> Option<Vec<u8>> {
    let parts: Vec<Vec<u8>> = token.split('.').map(|part| base64url::decode(part).unwrap()).collect();
    let (_, firsts) = parts.split_last().unwrap();
    firsts.iter().all(|part| !part.contains(&b'\n')).then(|| parts.join(&b'\n'))
}

fn tokens(folder: &Path, target: &str, fixture_name: &str, tokens: &[(String, String)]) {
    for (name, token) in tokens {
        seed(folder, target, name, token.as_bytes());
        if let Some(lines) = lines(token) {
            seed(folder, target, &format!("{name}-lines"), &lines);
        }
    }
    let all: Vec<&str> = tokens.iter().map(|(_, token)| token.as_str()).collect();
    fixture(folder, fixture_name, &format!("{}\n", all.join("\n")));
}

fn signed(folder: &Path) -> Vec<String> {
    let rows = [
        ("r", Sig::RS256, vec![Sig::RS256, Sig::PS384]),
        ("e", Sig::ES256, vec![Sig::ES256]),
        ("e5", Sig::ES512, vec![Sig::ES512]),
        ("o", Sig::EDDSA, vec![Sig::EDDSA]),
    ];
    let (mut public, mut made) = (Vec::new(), Vec::new());
    for (key_id, kind, algorithms) in rows {
        let key = plain(&PrivateKey::generate(kind).unwrap(), key_id);
        public.push(key.public_jwk().to_json().to_owned());
        for algorithm in algorithms {
            let header = JwsHeader::new().typ("JWT");
            let token = sign_compact_blocking(&header, PAYLOAD, &key.signer(algorithm).unwrap()).unwrap();
            made.push((algorithm.name().to_lowercase(), token));
        }
    }
    tokens(folder, "compact_jws", "signed.txt", &made);
    fixture(folder, "verification.json", &format!("{{\"keys\":[\n{}\n]}}\n", public.join(",\n")));
    for (name, header) in [
        ("none", r#"{"alg":"none"}"#),
        ("symmetric", r#"{"alg":"HS256","kid":"r"}"#),
        ("critical", r#"{"alg":"ES256","crit":["exp"],"exp":1}"#),
        ("unencoded", r#"{"alg":"ES256","b64":false,"crit":["b64"]}"#),
        ("own-key", r#"{"alg":"EdDSA","jwk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}"#),
        ("escapes", r#"{"\u0061lg":"ES\u0032\u0035\u0036","kid":"\ud83d\ude00","typ":"a\/b"}"#),
        ("twice", r#"{"alg":"ES256","kid":"e","k\u0069d":"o"}"#),
        ("encrypted", r#"{"alg":"RSA-OAEP-256","enc":"A128GCM"}"#),
    ] {
        seed(folder, "compact_jws", &format!("{name}-lines"), format!("{header}\n{{}}\nsignature").as_bytes());
    }
    for (name, token) in [("parts", "e30.e30"), ("unsigned", "eyJhbGciOiJFUzI1NiJ9.e30."), ("padded", "eyJhbGciOiJFUzI1NiJ9=.e30=.AA==")] {
        seed(folder, "compact_jws", name, token.as_bytes());
    }
    public
}

fn encrypted(folder: &Path) {
    let agreed = |curve| PrivateKey::generate_for_agreement(Alg::ECDH_ES, curve).unwrap();
    let secret = |alg| PrivateKey::generate_for_encryption(alg).unwrap();
    let rows = [
        ("r", plain(&PrivateKey::generate(Sig::RS256).unwrap(), "r"), Alg::RSA_OAEP_256, Enc::A256GCM),
        ("p", agreed(Curve::P256), Alg::ECDH_ES, Enc::A128CBC_HS256),
        ("x", plain(&agreed(Curve::X25519), "x"), Alg::ECDH_ES_A256KW, Enc::A128GCM),
        ("w", secret(Alg::A128KW), Alg::A128KW, Enc::A256CBC_HS512),
        ("g", secret(Alg::A256GCMKW), Alg::A256GCMKW, Enc::A192GCM),
        ("d", PrivateKey::generate_for_direct_encryption(Enc::A128GCM).unwrap(), Alg::DIR, Enc::A128GCM),
    ];
    let (mut keys, mut made) = (Vec::new(), Vec::new());
    for (key_id, key, alg, enc) in rows {
        let key = key.with_key_id(key_id).unwrap();
        let header = JweHeader::nested().parties("Alice", "Bob");
        made.push((alg.name().to_lowercase(), encrypt_compact(&header, PAYLOAD, key.public_jwk(), alg, enc, &SystemEntropy).unwrap()));
        keys.push(key.expose_jwk().expose().to_owned());
    }
    tokens(folder, "compact_jwe", "encrypted.txt", &made);
    fixture(folder, "decryption.json", &format!("{{\"keys\":[\n{}\n]}}\n", keys.join(",\n")));
    let rest = "\n\nAAAAAAAAAAAA\ncontent\nBBBBBBBBBBBBBBBB";
    for (name, header) in [
        ("direct", r#"{"alg":"dir","enc":"A128GCM","kid":"d"}"#),
        ("compressed", r#"{"alg":"dir","enc":"A128GCM","zip":"DEF"}"#),
        ("rsa1", r#"{"alg":"RSA1_5","enc":"A128GCM"}"#),
        ("password", r#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2s":"AAAA","p2c":1000000}"#),
        ("critical", r#"{"alg":"dir","enc":"A128GCM","crit":["x"],"x":1}"#),
        ("off-the-curve", r#"{"alg":"ECDH-ES","enc":"A128GCM","epk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}}"#),
        (
            "small-order",
            r#"{"alg":"ECDH-ES+A128KW","enc":"A128GCM","epk":{"kty":"OKP","crv":"X25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}"#,
        ),
        ("no-tag", r#"{"alg":"A128GCMKW","enc":"A128GCM","iv":"AAAAAAAAAAAAAAAA"}"#),
    ] {
        seed(folder, "compact_jwe", &format!("{name}-lines"), format!("{header}{rest}").as_bytes());
    }
}

fn key_sets(folder: &Path, public: &[String]) {
    let put = |name: &str, set: &str| seed(folder, "jwk_set", name, set.as_bytes());
    for (number, key) in public.iter().enumerate() {
        put(&format!("key{number}"), &format!("{{\"keys\":[{key}]}}"));
    }
    let private = PrivateKey::generate(Sig::ES384).unwrap().with_key_id("published").unwrap();
    put("private", &format!("{{\"keys\":[{}]}}", private.expose_jwk().expose()));
    put(
        "agreement",
        &format!("{{\"keys\":[{}]}}", PrivateKey::generate_for_agreement(Alg::ECDH_ES, Curve::P384).unwrap().public_jwk().to_json()),
    );
    let okp = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;
    put(
        "members",
        &format!(
            r#"{{"keys":[{{{okp},"kid":"a","use":"sig","key_ops":["verify"],"alg":"EdDSA","x5c":["AA"],"x5t#S256":"AA","issuer":"i"}}]}}"#
        ),
    );
    put("operations", &format!(r#"{{"keys":[{{{okp},"key_ops":[]}},{{{okp},"use":"enc"}},{{{okp},"alg":"RS256"}}],"more":[{{}}]}}"#));
    put(
        "broken",
        r#"{"keys":[{"kty":"RSA","e":"AQAB"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"},{"kty":"OKP","crv":"X448","x":""},1,null,"a",[],{}]}"#,
    );
    put(
        "unknown",
        r#"{"keys":[{"kty":"new","kid":"n"},{"kty":"EC","crv":"new"},{"kty":"AKP","alg":"ML-DSA-44","pub":"AA"},{"kty":"AKP","alg":"new"}]}"#,
    );
    put("secret", r#"{"keys":[{"kty":"oct","kid":"s","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}]}"#);
    put(
        "duplicates",
        &format!(
            "\u{feff}{{\"keys\":[{{{okp},\"kid\":\"a\",\"kid\":\"b\"}},{{{okp},\"kid\":\"\\ud800\"}},{{{okp},\"kid\":\"\\u0000\"}}]}}"
        ),
    );
    put("small-order", r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}"#);
    for (name, text) in [("none", "{}"), ("object", r#"{"keys":{}}"#), ("empty", r#"{"keys":[]}"#)] {
        put(name, text);
    }
}

type Seeds = Vec<(&'static str, String)>;

fn claims() -> Seeds {
    let now = 1_750_000_000_u64;
    let with = |more: Value| {
        let mut claims = json!({"iss": "https://issuer.example.com", "aud": "client-abc", "exp": now + 300, "iat": now - 60});
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        claims.to_string()
    };
    vec![
        ("identity", with(json!({"sub": "alice", "nonce": "n", "auth_time": now - 90, "acr": "1", "amr": ["pwd"], "name": "Alice"}))),
        ("parties", with(json!({"sub": "alice", "aud": ["client-abc", "other"], "azp": "client-abc", "sid": "s"}))),
        ("access", with(json!({"sub": "alice", "jti": "j", "client_id": "web", "scope": "read write", "cnf": {"jkt": "AA"}}))),
        ("plain", with(json!({"sub": "alice", "scp": ["read"], "roles": ["a", "b"], "typ": "Bearer", "token_use": "access"}))),
        ("logout", with(json!({"sub": "alice", "jti": "j", "events": {"http://schemas.openid.net/event/backchannel-logout": {}}}))),
        ("session", with(json!({"sid": "s", "jti": "j", "events": {"http://schemas.openid.net/event/backchannel-logout": {}}}))),
        ("times", with(json!({"sub": "a", "exp": 1_750_000_000.5, "nbf": 1.75e9, "iat": 1_749_999_999.999}))),
        ("odd", with(json!({"sub": 1, "nbf": "1", "azp": null, "jti": "", "scope": [], "cnf": {}, "_claim_names": {"a": "b"}}))),
        ("hashes", with(json!({"sub": "a", "at_hash": "AA", "c_hash": "AA", "s_hash": "AA", "token_introspection": {"active": true}}))),
        ("escapes", r#"{"\u0069ss":"https:\/\/issuer.example.com","aud":["client\u002dabc"],"exp":1750000300,"iat":1749999940,"sub":"\ud83d\ude00"}"#.into()),
        ("twice", r#"{"a":{"b":[{"c":1},{"c":1,"\u0063":2}]},"iss":"i","i\u0073s":"j"}"#.into()),
        ("numbers", r#"{"a":[0,-0,0.0,1E5,1e-999,-1.5e+10,123456789012345678901234567890,1.7976931348623157e308,4.9e-324]}"#.into()),
        ("deep", format!("{{\"a\":{}{}}}", "[".repeat(63), "]".repeat(63))),
        ("private", r#"{"$serde_json::private::RawValue":"{}","a":{"$serde_json::private::RawValue":"[1]"},"b":{"$serde_json::private::Number":"1"}}"#.into()),
        ("array", "[{},true,false,null]".into()),
    ]
}

fn documents() -> Seeds {
    let document = |authority: &str, more: Value| {
        let mut document = json!({
            "issuer": authority, "jwks_uri": format!("{authority}/jwks"), "token_endpoint": format!("{authority}/token"),
            "authorization_endpoint": format!("{authority}/authorize"), "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
        });
        document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        document.to_string()
    };
    let root = "https://idp.example.com";
    let aliases = json!({"token_endpoint": format!("{root}/mtls"), "revocation_endpoint": "https://mtls.example.com/revoke", "x": null});
    vec![
        ("root", document(root, json!({}))),
        (
            "tenant",
            document("https://idp.example.com:8443/tenant1", json!({"userinfo_endpoint": "https://idp.example.com:8443/tenant1/u?x=1"})),
        ),
        ("loopback", document("http://localhost:5000", json!({"end_session_endpoint": "http://localhost:5000/out"}))),
        ("aliases", document(root, json!({"mtls_endpoint_aliases": aliases}))),
        ("aliases-of-another-type", document(root, json!({"mtls_endpoint_aliases": [], "mtls_endpoint_aliases.token_endpoint": "x"}))),
        (
            "elsewhere",
            document(
                root,
                json!({"token_endpoint": "https://idp.example.com.evil.example/token", "revocation_endpoint": "http://idp.example.com/r"}),
            ),
        ),
        (
            "user",
            document(
                root,
                json!({"token_endpoint": "https://idp.example.com@evil.example/", "jwks_uri": "https://idp.example.com\\@evil.example"}),
            ),
        ),
        (
            "dots",
            document(
                "https://idp.example.com:8443/tenant1",
                json!({"token_endpoint": "https://idp.example.com:8443/tenant1/%2e%2e/x", "jwks_uri": "https://idp.example.com:8443/tenant1/..%2fx"}),
            ),
        ),
        (
            "spellings",
            document(
                root,
                json!({"token_endpoint": "HTTPS://IDP.example.com:443/t", "jwks_uri": "https://idp.example.com./j", "x_endpoint": "https:idp.example.com"}),
            ),
        ),
        ("slash", document("https://idp.example.com/", json!({}))),
        (
            "types",
            document(root, json!({"token_endpoint": 1, "jwks_uri": "", "grant_types_supported": "code", "registration_endpoint": []})),
        ),
        (
            "addresses",
            document(
                root,
                json!({"a_endpoint": "https://169.254.169.254/", "b_endpoint": "https://[::1]/", "c_endpoint": "https://0x7f.1/"}),
            ),
        ),
        ("silent", format!(r#"{{"issuer":"{root}"}}"#)),
        ("marked", format!("\u{feff}{}", document(root, json!({"signed_metadata": "e30.e30.AA", "access_token": "t"})))),
    ]
}

/// A login transaction as it is kept.
const TRANSACTION: &str = r#"{"version":1,"issuer":"https://issuer.example.com","client_id":"app","redirect_uri":"https://app.example.com/cb?a=b","response_type":"code id_token","response_mode":"form_post","state":"xyz","nonce":"n","code_verifier":"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk","token_endpoint":"https://issuer.example.com/token","expects_iss":true,"max_age":300,"essential_acr":["gold"],"scope":["openid"],"begun_at":1750000000,"expires_at":1750000600}"#;

fn callbacks() -> Seeds {
    let texts = [
        ("code", "code=SplxlOBeZQQYbYS6WxSbIA&state=xyz&iss=https%3A%2F%2Fissuer.example.com"),
        ("error", "error=access_denied&error_description=The+user%20said+%22no%22&state=xyz"),
        ("twice", "code=a&state=x&code=b&st%61te=y"),
        ("fragment", "access_token=t&token_type=Bearer&expires_in=3600&id_token=a.b.c&state=x&session_state=s.t"),
        ("response", "response=eyJhbGciOiJFUzI1NiJ9.e30.AA"),
        ("empty-pairs", "&&=&a&b=&=c&==&"),
        ("unicode", "name=%C3%A4%F0%9F%98%80&%E2%82%AC=1"),
        ("broken", "a=%&b=%4&c=%zz"),
        ("not-utf8", "a=%ff&b=%c0%af&c=%ed%a0%80"),
        ("plus", "a+b=c%2Bd&e=*-._~"),
        ("question", "?code=a&state=b#code=c"),
        ("whole", "?iss=https%3A%2F%2Fissuer.example.com&state=xyz&code=c#_=_"),
        ("transaction", TRANSACTION),
    ];
    texts.map(|(name, text)| (name, text.to_owned())).into()
}

fn challenges() -> Seeds {
    let texts = [
        ("bearer", r#"Bearer realm="example", error="invalid_token", error_description="The access token expired""#),
        ("dpop", r#"DPoP error="use_dpop_nonce", algs="ES256 PS256""#),
        ("several", r#"Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"""#),
        ("lines", "Basic realm=\"a\"\nNegotiate, , DPoP error=use_dpop_nonce,algs=\"ES256\"\nOther abc=="),
        ("token68", "Negotiate YII=, NTLM, Other a-._~+/9=="),
        ("blanks", " ,, Bearer\ta = 1 ,\t, b\t=\t2 , "),
        ("metadata", r#"Bearer resource_metadata="https://api.example.com/.well-known/oauth-protected-resource""#),
        ("scope", r#"Bearer scope="openid profile", acr_values="a b", max_age="5", error="insufficient_user_authentication""#),
        ("unclosed", r#"Bearer error="x"#),
        ("twice", "Bearer a=1, A=2"),
        ("bytes", "Bearer realm=\"\u{e4}\\\u{e4}\u{7f}\""),
    ];
    texts.map(|(name, text)| (name, text.to_owned())).into()
}
