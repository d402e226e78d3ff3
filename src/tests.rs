//! What reading foreign bytes costs: for every reader, work that grows no faster than the input and its logarithm. Counted, not timed.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::json;

use crate::document::Document;
use crate::encoding::challenge::Challenge;
use crate::encoding::form::Form;
use crate::encoding::work;
use crate::jose::{CompactJwe, CompactJws, JsonWebKeySet, JwsHeader, PrivateKey, SignatureAlgorithm, TokenLimits, sign_compact_blocking};
use crate::protocol::authorize::{Callback, LoginTransaction, ReceivedCallback, ResponseMode, ResponseType, ThirdPartyLogin};
use crate::protocol::backchannel_notification::{AwaitedAuthentication, NotificationReceiver};
use crate::protocol::claim_sources::ClaimSources;
use crate::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
use crate::protocol::incoming::{ForwardingHeaders, IncomingRequest, PublicUrl, TrustedProxies};
use crate::protocol::logout::{FrontchannelLogout, LogoutReturn, LogoutTokenRequest};
use crate::protocol::mtls::CertificateHeader;
use crate::transport::{BlockingHttpClient, HttpRequest, HttpResponse, TransportError};
use crate::validation::{TokenValidationOptions, danger_read_unverified, validate};

const ISSUER: &str = "https://idp.example.com";
const CLIENT: &str = "app";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

static KEY: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(SignatureAlgorithm::ES256).unwrap());

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000)
}

/// `count` members of a JSON object, with a comma before each.
type Members = fn(usize) -> String;

fn members(count: usize, member: impl Fn(usize) -> String) -> String {
    (0..count).map(|number| format!(",{}", member(number))).collect()
}

/// The shapes in which members come: each was slow once, or may be.
const SHAPES: [(&str, Members); 6] = [
    ("many names", |count| members(count, |number| format!(r#""m{number}":1"#))),
    ("escaped names", |count| members(count, |number| format!(r#""\u006d{number}":1"#))),
    ("names that begin alike", |count| members(count, |number| format!(r#""{}{number}":1"#, "x".repeat(40)))),
    ("endpoints", |count| members(count, |number| format!(r#""m{number}_endpoint":"https://idp.example.com/m{number}""#))),
    ("escaped strings", |count| members(count, |number| format!(r#""\u006d{number}_endpoint":"https://idp.example.com/\u006d{number}""#))),
    ("objects", |count| members(count, |number| format!(r#""m{number}":{{"a":[{number}],"\u0062":{{}}}}"#))),
];

/// A reader of JSON: what it does with an object that has these members beside its own.
type Reader = fn(&str);

/// Every reader of a JSON object, a document or a token alike.
const READERS: &[(&str, Reader)] = &[
    ("key set: members of the set", |more| {
        let set = JsonWebKeySet::from_json(format!(r#"{{"keys":[{{"kty":"EC","kid":"a"}}]{more}}}"#).as_bytes());
        drop(set.unwrap().select(Some("a"), SignatureAlgorithm::ES256));
    }),
    ("key set: members of a key", |more| {
        let key = KEY.public_jwk().to_json();
        let set = JsonWebKeySet::from_json(format!(r#"{{"keys":[{}{more}}}]}}"#, &key[..key.len() - 1]).as_bytes()).unwrap();
        assert_eq!(set.keys().len(), 1);
    }),
    ("document", |more| {
        let (document, _) = Document::open_answer(format!(r#"{{"access_token":"t"{more}}}"#)).unwrap();
        for name in ["access_token", "token_type", "scope", "error", "expires_in", "m0"] {
            let _ = (document.try_get_string(name), document.try_get_str(name), document.try_get_value(name));
        }
        let _ = (document.to_value(), document.names().count(), format!("{document:?}"));
    }),
    ("discovery", |more| drop(discovery(more))),
    ("discovery: everything is checked", |more| {
        let response = discovery(more);
        let _ = (response.validate(), response.validate_endpoints(), response.tolerances_needed());
        assert!(response.endpoints().all(|(_, verdict)| verdict.is_ok()));
    }),
    ("discovery: aliases", |more| {
        let response = discovery(&format!(r#","mtls_endpoint_aliases":{{"token_endpoint":"https://idp.example.com/mtls"{more}}}"#));
        let _ = (response.validate(), response.endpoints().count(), response.mtls_endpoint("token_endpoint"));
    }),
    ("signed metadata", |more| {
        let signed = signed("JWT", &format!(r#"{{"iss":"{ISSUER}"{more}}}"#));
        let response = discovery(&format!(r#","signed_metadata":"{signed}"{more}"#));
        response.verify_signed_metadata(&keys(), now()).unwrap().validate_endpoints().unwrap();
    }),
    ("claims: not verified", |more| {
        let token = danger_read_unverified(&signed("JWT", &format!(r#"{{"iss":"{ISSUER}"{more}}}"#))).unwrap();
        let _ = (token.unverified_payload().scopes().count(), token.unverified_payload().try_get_str("m0").is_some());
    }),
    ("claims: validated, and a principal of them", |more| {
        let rules = TokenValidationOptions::id_token().issuer(ISSUER).audience(CLIENT).algorithms([SignatureAlgorithm::ES256]).build();
        let token = validate(&signed("JWT", &id_token(more)), &keys(), &rules, now()).unwrap();
        let _ = token.principal().claims().count();
    }),
    ("JARM", |more| {
        let claims = format!(r#"{{"iss":"{ISSUER}","aud":"{CLIENT}","exp":1750000100,"state":"s","code":"c"{more}}}"#);
        let callback = Callback::from_query(format!("response={}", signed("JWT", &claims))).unwrap();
        let ReceivedCallback::Signed(received) = login(Some(ResponseMode::QueryJwt)).receive(&callback, now()).unwrap() else { panic!() };
        let rules = TokenValidationOptions::authorization_response().issuer(ISSUER).audience(CLIENT);
        received.verify(&keys(), &rules.algorithms([SignatureAlgorithm::ES256]).build(), now()).unwrap();
    }),
    ("claim sources: names", |more| {
        let document = Document::parse(format!(r#"{{"_claim_names":{{"a":"s"}},"_claim_sources":{{"s":{{"JWT":"h.c.s"}}{more}}}}}"#));
        assert_eq!(ClaimSources::of(&document.unwrap()).unwrap().len(), 1);
    }),
    ("header of a token", |more| {
        let head = crate::encoding::base64url::encode(format!(r#"{{"alg":"ES256"{more}}}"#));
        let limits = TokenLimits::default().with_token(1 << 20).with_header(1 << 20);
        let _ = CompactJws::parse(&format!("{head}.e30.c2ln"), limits).map(|jws| jws.header().member("crit").is_some());
        let head = crate::encoding::base64url::encode(format!(r#"{{"alg":"ECDH-ES","enc":"A256GCM"{more}}}"#));
        let _ = CompactJwe::parse(&format!("{head}..aXY.Y29udGVudA.dGFn"), limits).map(drop);
    }),
    ("token response", |more| {
        let body = format!(r#"{{"access_token":"t","token_type":"Bearer","expires_in":60{more}}}"#);
        let request = crate::ClientCredentialsTokenRequest::builder().address(format!("{ISSUER}/token")).client_id(CLIENT);
        request.authentication(crate::ClientAuthentication::none()).send_blocking(&Says::ok(body)).unwrap();
    }),
    ("error response", |more| {
        let answer = Says { status: 400, ..Says::ok(format!(r#"{{"error":"invalid_grant","error_description":"no"{more}}}"#)) };
        let request = crate::ClientCredentialsTokenRequest::builder().address(format!("{ISSUER}/token")).client_id(CLIENT);
        let error = request.authentication(crate::ClientAuthentication::secret_post("s3cret")).send_blocking(&answer).unwrap_err();
        assert_eq!(error.oauth_error().map(|error| error.error()), Some("invalid_grant"));
    }),
    ("userinfo", |more| {
        let request = crate::UserInfoRequest::builder().address(format!("{ISSUER}/userinfo")).access_token("t").expected_subject("alice");
        request.send_blocking(&Says::ok(format!(r#"{{"sub":"alice"{more}}}"#))).unwrap();
    }),
    ("introspection", |more| {
        let request = crate::protocol::introspection::IntrospectionRequest::builder().address(format!("{ISSUER}/introspect")).token("t");
        let request = request.client_id(CLIENT).authentication(crate::ClientAuthentication::none());
        request.send_blocking(&Says::ok(format!(r#"{{"active":true,"scope":"a b"{more}}}"#))).unwrap();
    }),
    ("registration", |more| {
        let request = crate::protocol::registration::RegistrationRequest::builder().address(format!("{ISSUER}/register"));
        let request = request.metadata(crate::protocol::client_metadata::ClientMetadata::builder().build());
        let answer = Says { status: 201, ..Says::ok(format!(r#"{{"client_id":"app"{more}}}"#)) };
        let _ = request.send_blocking(&answer).unwrap().metadata();
    }),
    ("device authorization", |more| {
        let request = crate::protocol::device_authorization::DeviceAuthorizationRequest::builder().address(format!("{ISSUER}/device"));
        let body = format!(r#"{{"device_code":"d","user_code":"u","verification_uri":"{ISSUER}/d","expires_in":60{more}}}"#);
        request.client_id(CLIENT).authentication(crate::ClientAuthentication::none()).send_blocking(&Says::ok(body)).unwrap();
    }),
    ("WebFinger", |more| {
        let request = crate::protocol::webfinger::WebFingerRequest::builder().resource("alice@example.com");
        let link = format!(r#"{{"rel":"http://openid.net/specs/connect/1.0/issuer","href":"{ISSUER}"{more}}}"#);
        let answer = Says { media_type: "application/jrd+json", ..Says::ok(format!(r#"{{"links":[{link}]{more}}}"#)) };
        assert_eq!(request.send_blocking(&answer).unwrap().issuer(), Ok(ISSUER));
    }),
    ("resource metadata", |more| {
        let request = crate::protocol::resource_metadata::ResourceMetadataRequest::builder().resource("https://api.example.com");
        request.send_blocking(&Says::ok(format!(r#"{{"resource":"https://api.example.com"{more}}}"#))).unwrap();
    }),
    ("pushed tokens", |more| {
        let receiver = NotificationReceiver::new([AwaitedAuthentication::new("id", "t")]).with_body_limit(1 << 20);
        let request = http::Request::post("/").header("authorization", "Bearer t").header("content-type", "application/json");
        let body = format!(r#"{{"auth_req_id":"id","access_token":"a","token_type":"Bearer","expires_in":60,"id_token":"h.c.s"{more}}}"#);
        receiver.receive_push(&request.body(body).unwrap()).unwrap();
    }),
    ("kept login", |more| {
        let text = login(None).to_text();
        LoginTransaction::from_text(&format!("{}{more}}}", &text.expose()[..text.expose().len() - 1])).unwrap();
    }),
];

/// Readers of other texts: what the text is for a count, and what is done with it.
/// A name, the input of a size, and what reads it.
type Row = (&'static str, fn(usize) -> String, Reader);

const OTHERS: &[Row] = &[
    (
        "key set: many keys",
        |count| vec![KEY.public_jwk().to_json(); count.min(100)].join(","),
        |keys| {
            drop(JsonWebKeySet::from_json(format!(r#"{{"keys":[{keys}]}}"#).as_bytes()).unwrap());
        },
    ),
    (
        "key set: keys that are none",
        |count| vec!["{}"; count].join(","),
        |keys| {
            drop(JsonWebKeySet::from_json(format!(r#"{{"keys":[{keys}]}}"#).as_bytes()));
            drop(JsonWebKeySet::from_json_with(
                format!(r#"{{"keys":[1,{keys}]}}"#).as_bytes(),
                crate::jose::KeySetRules::remote().with_key_limit(1 << 20),
            ));
        },
    ),
    (
        "JSON: names whose hashes fill the filter",
        |count| members(count, |number| format!(r#""a{number}":{{{}}}"#, &members(60, |of| format!(r#""\u0061{of}":0"#))[1..])),
        |members| {
            drop(Document::parse(format!("{{{}}}", &members[1..])).unwrap());
        },
    ),
    (
        "discovery: lists and endpoints",
        |count| {
            let names: Vec<String> = (0..count).map(|number| format!("\"A{number}\"")).collect();
            let lists = ["token_endpoint_auth_signing_alg_values_supported", "request_object_signing_alg_values_supported"];
            let lists: String = lists.map(|list| format!(r#","{list}":[{}]"#, names.join(","))).concat();
            lists + &members(count, |number| format!(r#""m{number}_endpoint":"https://idp.example.com/m{number}""#))
        },
        |more| {
            assert!(discovery(more).endpoints().all(|(_, verdict)| verdict.is_ok()));
        },
    ),
    (
        "claim sources: many",
        |count| {
            let names: Vec<String> = (0..count).map(|number| format!(r#""c{number}":"s{number}""#)).collect();
            let sources: Vec<String> = (0..count).map(|number| format!(r#""s{number}":{{"JWT":"h.c.s"}}"#)).collect();
            format!(r#"{{"_claim_names":{{{}}},"_claim_sources":{{{}}}}}"#, names.join(","), sources.join(","))
        },
        |text| {
            ClaimSources::of(&Document::parse(text.to_owned()).unwrap()).unwrap();
        },
    ),
    (
        "audiences and scopes",
        |count| {
            let words: Vec<String> = (0..count).map(|number| format!("\"s{number}\"")).collect();
            format!(r#","scp":[{}],"groups":[{}]"#, words.join(","), words.join(","))
        },
        |more| {
            let token = signed("JWT", &format!(r#"{{"iss":"{ISSUER}"{more}}}"#));
            let token = danger_read_unverified(&token).unwrap();
            let _ = (token.unverified_payload().scopes().count(), token.unverified_payload().try_get_string_array("groups").len());
        },
    ),
    (
        "links of WebFinger",
        |count| vec![r#"{"rel":"x","href":"https://a.example/"}"#; count].join(","),
        |links| {
            let answer = Says { media_type: "application/jrd+json", ..Says::ok(format!(r#"{{"links":[{links}]}}"#)) };
            let request = crate::protocol::webfinger::WebFingerRequest::builder().resource("alice@example.com");
            let _ = request.send_blocking(&answer).unwrap().issuer();
        },
    ),
    (
        "servers of resource metadata",
        |count| vec![r#""https://idp.example.com""#; count].join(","),
        |servers| {
            let request = crate::protocol::resource_metadata::ResourceMetadataRequest::builder().resource("https://api.example.com");
            let body = format!(r#"{{"resource":"https://api.example.com","authorization_servers":[{servers}]}}"#);
            let _ = request.send_blocking(&Says::ok(body)).unwrap().authorization_servers();
        },
    ),
    ("form", pairs, |text| {
        let form = Form::parse(text).unwrap();
        let _ = (form.duplicate(), form.first("x"), form.to_query(), form.to_body());
    }),
    ("callback", pairs, |text| {
        let callback = Callback::from_query(format!("code=c&state=s{text}")).unwrap();
        login(None).check(&callback, now()).unwrap();
    }),
    ("callback in a fragment", pairs, |text| {
        let callback = Callback::from_fragment(format!("error=access_denied&error_description=no&state=s{text}")).unwrap();
        drop(login(Some(ResponseMode::Fragment)).receive(&callback, now()));
    }),
    ("logout token request", pairs, |text| {
        let request = http::Request::post("/").header("content-type", "application/x-www-form-urlencoded");
        LogoutTokenRequest::read(&request.body(format!("logout_token=h.c.s{text}")).unwrap()).unwrap();
    }),
    ("front-channel logout", pairs, |text| {
        let logout = FrontchannelLogout::builder().uri("https://app.example.com/logout?a=1&b=2").issuer(ISSUER).build();
        let query = format!("/logout?a=1&b=2&sid=1&iss=https%3A%2F%2Fidp.example.com{text}");
        logout.read(&http::Request::get(query).body(()).unwrap()).unwrap();
    }),
    ("return from a logout", pairs, |text| drop(LogoutReturn::from_url(&format!("https://app.example.com/?state=s{text}")).unwrap())),
    ("login that a third party starts", pairs, |text| {
        let endpoint = ThirdPartyLogin::builder().issuers([ISSUER]).build();
        drop(endpoint.read(&http::Request::get(format!("/start?iss=https%3A%2F%2Fidp.example.com{text}")).body("").unwrap()).unwrap());
    }),
    (
        "challenges",
        |count| (0..count / 20).map(|number| format!(r#"S{number} a="b\"", c=d, "#)).collect(),
        |line| drop(Challenge::parse([line])),
    ),
    ("challenges: a long value", |count| format!(r#"Bearer a="{}""#, r#"\""#.repeat(count)), |line| drop(Challenge::parse([line]))),
    ("forwarded: many pairs", |count| (0..count).map(|number| format!("a{number}=b;")).collect(), |text| forwarded(text)),
    ("forwarded: many hops", |count| vec!["for=b"; count].join(","), |text| forwarded(text)),
    ("certificate in a header: many pairs", |count| (0..count).map(|number| format!("a{number}=b;")).collect(), |text| certificate(text)),
    ("certificate in a header: many elements", |count| vec!["a=b"; count].join(","), |text| certificate(text)),
    ("challenges: commas", |count| format!("Bearer {}", ", ".repeat(count)), |line| drop(Challenge::parse([line]))),
];

fn pairs(count: usize) -> String {
    (0..count).map(|number| format!("&p%61{number}=v+{number}")).collect()
}

/// What proxies have written, read by the two readers of such headers.
fn forwarded(text: &str) {
    let (headers, trusted) = (header("forwarded", text), TrustedProxies::hops(1).unwrap());
    let url = PublicUrl::forwarded(trusted, ForwardingHeaders::Forwarded, ["api.example.com"]).unwrap();
    drop(url.of(&IncomingRequest::new("GET", "/", &headers)));
}

fn certificate(text: &str) {
    let headers = header("x-forwarded-client-cert", text);
    drop(CertificateHeader::envoy(TrustedProxies::hops(1).unwrap()).thumbprint(&IncomingRequest::new("GET", "/", &headers)));
}

fn header(name: &'static str, text: &str) -> http::HeaderMap {
    http::HeaderMap::from_iter([(http::HeaderName::from_static(name), text.parse().unwrap())])
}

/// A response to whatever is asked.
struct Says {
    status: u16,
    media_type: &'static str,
    body: Bytes,
}

impl Says {
    fn ok(body: String) -> Self {
        Self { status: 200, media_type: "application/json", body: body.into() }
    }
}

impl BlockingHttpClient for Says {
    fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        Ok(http::Response::builder().status(self.status).header("content-type", self.media_type).body(self.body.clone()).unwrap())
    }
}

fn discovery(more: &str) -> DiscoveryDocumentResponse {
    let document = format!(r#"{{"issuer":"{ISSUER}","jwks_uri":"{ISSUER}/jwks","token_endpoint":"{ISSUER}/token"{more}}}"#);
    DiscoveryDocumentResponse::parse(document, ISSUER, DiscoveryPolicy::strict()).unwrap()
}

fn keys() -> JsonWebKeySet {
    JsonWebKeySet::from_keys([KEY.public_jwk().clone()])
}

fn signed(typ: &str, claims: &str) -> String {
    let signer = KEY.signer(SignatureAlgorithm::ES256).unwrap();
    sign_compact_blocking(&JwsHeader::new().typ(typ), claims.as_bytes(), &signer).unwrap()
}

fn id_token(more: &str) -> String {
    let claims = json!({"iss": ISSUER, "aud": CLIENT, "sub": "alice", "iat": 1_750_000_000, "exp": 1_750_000_100}).to_string();
    format!("{}{more}}}", &claims[..claims.len() - 1])
}

fn login(mode: Option<ResponseMode>) -> LoginTransaction {
    let builder = LoginTransaction::builder().issuer(ISSUER).client_id(CLIENT).redirect_uri("https://app.example.com/callback");
    let builder = builder.response_type(ResponseType::Code).maybe_response_mode(mode).state("s").code_verifier(VERIFIER);
    builder.token_endpoint(format!("{ISSUER}/token")).begun_at(now()).build().unwrap()
}

/// How often the work of twice the input may be that of the input, and the work of four times the input: what n · log n allows.
#[track_caller]
fn assert_near_linear(name: &str, counts: [usize; 3], input: impl Fn(usize) -> String, read: Reader) {
    let costs = counts.map(|count| {
        let text = input(count);
        let ((), cost) = work::of(|| read(&text));
        (text.len() as f64, cost as f64)
    });
    let [(length, first), ..] = costs;
    assert!(first >= length, "{name}: the counter has not seen the input: {costs:?}");
    for (longer, cost) in costs {
        let grown = longer / length;
        let allowed = grown * (longer.log2() / length.log2()) * 1.25;
        assert!(cost / first <= allowed, "{name}: {grown:.1} times the input costs {:.1} times as much: {costs:?}", cost / first);
        assert!(cost <= longer * 100.0, "{name}: more than a hundred steps an octet: {costs:?}");
    }
}

#[test]
fn every_reader_of_a_json_object_is_near_linear_in_its_members() {
    for (shape, members) in SHAPES {
        for (name, read) in READERS {
            assert_near_linear(&format!("{name}, {shape}"), [250, 500, 1000], members, *read);
        }
    }
}

#[test]
fn every_reader_of_another_text_is_near_linear() {
    for (name, input, read) in OTHERS {
        assert_near_linear(name, [250, 500, 1000], *input, *read);
    }
}

#[test]
fn an_object_has_a_bounded_number_of_members() {
    let object = |count: usize| format!("{{{}}}", &members(count, |number| format!(r#""m{number}":1"#))[1..]);
    assert_eq!(Document::parse(object(16_384)).unwrap().len(), 16_384);
    let error = format!("{:?}", Document::parse(object(16_385)).unwrap_err());
    assert!(error.contains("TooManyMembers(16384)"), "{error}");
    let set = |count: usize| format!(r#"{{"keys":[]{}}}"#, members(count, |number| format!(r#""m{number}":1"#)));
    assert!(JsonWebKeySet::from_json(set(16_383).as_bytes()).is_ok());
    assert!(JsonWebKeySet::from_json(set(16_384).as_bytes()).is_err());
}

#[test]
fn the_counter_notices_what_is_quadratic() {
    let quadratic = |text: &str| {
        for _ in 0..text.len() {
            work::add(text.len());
        }
    };
    let outcome = std::panic::catch_unwind(|| assert_near_linear("quadratic", [10, 20, 40], |count| "x".repeat(count), quadratic));
    assert!(outcome.is_err());
}
