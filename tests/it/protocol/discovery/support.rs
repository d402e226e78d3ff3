//! What the tests of discovery share.

use std::error::Error as _;

use identity_model::error::Error;
use identity_model::protocol::discovery::{
    DiscoveryDocumentRequest, DiscoveryDocumentResponse, DiscoveryPolicy, IssuerTemplateStrategy, KeySetLoading, OneOfIssuersStrategy,
    Tolerance,
};
use identity_model::testing::{ScriptedHttpClient, ScriptedResponse};
use identity_model::transport::RetrySettings;
use serde_json::{Value, json};

pub(super) const IDP: &str = "https://idp.example.com";
pub(super) const URL: &str = "https://idp.example.com/.well-known/openid-configuration";
pub(super) const KEYS_URL: &str = "https://idp.example.com/jwks";

/// A document that the strict policy accepts, with `members` on top.
pub(super) fn document(members: Value) -> Value {
    let mut document = json!({
        "issuer": IDP,
        "authorization_endpoint": "https://idp.example.com/authorize",
        "token_endpoint": "https://idp.example.com/token",
        "jwks_uri": KEYS_URL,
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    });
    document.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    document
}

/// One usable key, and one that is none.
pub(super) fn keys() -> Value {
    json!({"keys": [
        {"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        {"kty": "RSA", "kid": "b", "e": "AQAB"},
    ]})
}

/// The strict policy without keys at once.
pub(super) fn lazy() -> DiscoveryPolicy {
    DiscoveryPolicy::builder().key_set_loading(KeySetLoading::Lazy).build()
}

/// A request that is sent once, whatever comes.
pub(super) fn request(address: &str, policy: DiscoveryPolicy) -> DiscoveryDocumentRequest {
    DiscoveryDocumentRequest::builder().address(address).policy(policy).retry(RetrySettings::NONE).build()
}

pub(super) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

pub(super) fn script(exchanges: &[(&str, ScriptedResponse)]) -> ScriptedHttpClient {
    let builder = exchanges.iter().fold(ScriptedHttpClient::builder(), |builder, (url, answer)| builder.get(*url, answer.clone()));
    builder.build()
}

/// Sends the request async and blocking, each over this script; both end alike, and the script is followed to its end.
#[track_caller]
pub(super) fn send(request: &DiscoveryDocumentRequest, exchanges: &[(&str, ScriptedResponse)]) -> Result<DiscoveryDocumentResponse, Error> {
    let [http, blocking] = [script(exchanges), script(exchanges)];
    let result = block_on(request.send(&http));
    let twin = request.send_blocking(&blocking);
    http.assert_finished();
    blocking.assert_finished();
    assert_eq!(told(&result), told(&twin), "async and blocking end alike");
    result
}

/// The document served at [`URL`] under `policy`.
#[track_caller]
pub(super) fn serve(answer: ScriptedResponse, policy: DiscoveryPolicy) -> Result<DiscoveryDocumentResponse, Error> {
    send(&request(IDP, policy), &[(URL, answer)])
}

fn told(result: &Result<DiscoveryDocumentResponse, Error>) -> Result<(Vec<u8>, Option<usize>), String> {
    match result {
        Ok(disco) => Ok((disco.document().as_bytes().to_vec(), disco.key_set().map(|set| set.keys().len()))),
        Err(error) => Err(chain(error)),
    }
}

/// Kind, code, and the cause of the error with all its sources, a line each.
pub(super) fn chain(error: &Error) -> String {
    let cause = error.source().unwrap();
    let mut text = format!("[{:?} {}] {cause}", error.kind(), error.code());
    let mut source = cause.source();
    while let Some(cause) = source {
        text.push_str(&format!("\n  because: {cause}"));
        source = cause.source();
    }
    text
}

/// The policy after the builder call that `tolerance` names.
pub(super) fn with_tolerance(policy: &DiscoveryPolicy, tolerance: &Tolerance) -> DiscoveryPolicy {
    let builder = policy.to_builder();
    match tolerance {
        Tolerance::EndpointBase(base) => builder.additional_endpoint_base_address(base).build(),
        Tolerance::EndpointMember(member) => builder.endpoint_validation_exclude_list([member]).build(),
        Tolerance::Issuer(issuer) => builder.authority_validation_strategy(OneOfIssuersStrategy::new([issuer])).build(),
        Tolerance::IssuerTemplate(template) => {
            builder.authority_validation_strategy(IssuerTemplateStrategy::new(template).unwrap()).build()
        }
        Tolerance::AnyIssuer => builder.danger_any_issuer().build(),
        Tolerance::AnyEndpointHost => builder.danger_any_endpoint_host().build(),
        Tolerance::Http => builder.danger_allow_http().build(),
        Tolerance::PrivateAddresses => builder.danger_allow_private_addresses().build(),
        Tolerance::NoKeySet => builder.require_key_set(false).build(),
        Tolerance::Profile(profile) => builder.metadata_profile(*profile).build(),
        Tolerance::Member(name, value) => builder.metadata_member(name, value.as_str()).build(),
        Tolerance::IssuerTemplateElsewhere(template) => {
            let strategy = IssuerTemplateStrategy::new(template).unwrap().on_another_host();
            builder.authority_validation_strategy(strategy).build()
        }
        Tolerance::AnyContentType => builder.danger_any_content_type().build(),
        Tolerance::Status(status) => builder.danger_accept_status(*status).build(),
        other => panic!("{other} is no call that can be made"),
    }
}
