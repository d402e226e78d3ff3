//! Looks at the discovery document of a provider: what the policy says of each endpoint, and the builder calls that would let it in.
//!
//! `discovery_doctor [URL | FILE] [--preset NAME [ARGUMENT…]]`, presets as the constructors of `DiscoveryPolicy` are named (`google`,
//! `entra common`, `okta dev.okta.com default`, …). Without arguments it looks at a small document of its own; of a file, the address is its
//! own issuer. Whether to make the calls it names is a decision about trust. The exit status is 1 where there is no document to read.

mod support;

use std::error::Error;
use std::process::ExitCode;

use identity_model::ReqwestClient;
use identity_model::document::Document;
use identity_model::protocol::discovery::{
    DiscoveryDocumentRequest, DiscoveryDocumentResponse, DiscoveryPolicy, KeySetLoading, MetadataProfile, PolicyViolation,
};

use support::policies::{self, Outcome};

const SAMPLE: &str = r#"{
    "issuer": "https://login.example.com/eu",
    "authorization_endpoint": "https://login.example.com/eu/authorize",
    "token_endpoint": "https://login.example.com/oauth/token",
    "userinfo_endpoint": "https://api.example.net/me",
    "mtls_endpoint_aliases": { "token_endpoint": "https://mtls.example.com/eu/token" },
    "introspection_endpoint": "/eu/introspect",
    "jwks_uri": "https://login.example.com/eu/keys",
    "response_types_supported": ["code"], "id_token_signing_alg_values_supported": ["ES256"]
}"#;

#[tokio::main]
async fn main() -> ExitCode {
    support::finish(run().await)
}

async fn run() -> Outcome<()> {
    let arguments = policies::arguments();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (source, rest) = match words.as_slice() {
        [first, rest @ ..] if *first != "--preset" => (Some(*first), rest),
        all => (None, all),
    };
    let policy = match rest {
        [] => DiscoveryPolicy::strict(),
        ["--preset", name, arguments @ ..] => policies::preset(name, arguments)?,
        _ => return Err("usage: discovery_doctor [URL | FILE] [--preset NAME [ARGUMENT…]]".into()),
    };
    let policy = policy.to_builder().key_set_loading(KeySetLoading::Lazy).build();
    let is_address = source.is_some_and(|source| source.starts_with("http"));
    let (text, address) = match source {
        Some(address) if is_address => (fetch(address, &policy).await?, address.to_owned()),
        Some(path) => with_issuer(std::fs::read(path)?)?,
        None => with_issuer(SAMPLE.into())?,
    };
    if let Some(disco) = examine(&text, &address, policy)?.filter(|_| is_address) {
        match disco.load_key_set(&ReqwestClient::new()?).await {
            Ok(keys) => {
                let usable = keys.keys().iter().filter(|key| !key.verifies().is_empty()).count();
                println!("\nkeys: {usable} of {} for signatures, {} skipped", keys.keys().len(), keys.skipped().len());
                keys.skipped().iter().for_each(|key| println!("  {:?}: {}", key.key_id, key.reason));
            }
            Err(error) => println!("\nkeys: {error}{}", error.source().map(|cause| format!(": {cause}")).unwrap_or_default()),
        }
    }
    Ok(())
}

/// The document whatever its issuer, which is looked at later; the address is checked first as always.
async fn fetch(address: &str, policy: &DiscoveryPolicy) -> Outcome<Vec<u8>> {
    let policy = policy.to_builder().danger_any_issuer().build();
    let disco = DiscoveryDocumentRequest::builder().address(address).policy(policy).send(&ReqwestClient::new()?).await?;
    Ok(disco.document().as_bytes().to_vec())
}

fn with_issuer(text: Vec<u8>) -> Outcome<(Vec<u8>, String)> {
    let issuer = Document::parse(text.clone())?.try_get_string("issuer").ok_or("the document names no issuer to take as its address")?;
    Ok((text, issuer))
}

/// Prints what the policy says and which calls lead to acceptance; the document under the policy that accepts it, if there is one.
fn examine(text: &[u8], address: &str, policy: DiscoveryPolicy) -> Outcome<Option<DiscoveryDocumentResponse>> {
    let open = |policy: &DiscoveryPolicy| DiscoveryDocumentResponse::parse(text.to_vec(), address, policy.clone());
    let (mut policy, mut calls) = (policy, Vec::new());
    let mut anyway = policy.to_builder().danger_any_issuer();
    if address.starts_with("http://") {
        anyway = anyway.danger_allow_http();
    }
    let lenient = open(&anyway.build())?;
    println!("{} for {}", lenient.address(), lenient.authority());
    let issuer = policy.check_issuer(lenient.try_get_str("issuer"), lenient.authority());
    print_row("issuer", lenient.try_get_str("issuer").unwrap_or_default(), issuer.err());
    for (member, verdict) in lenient.endpoints() {
        let shown = verdict.as_ref().map_or_else(|violation| violation.address().unwrap_or_default(), |endpoint| endpoint.as_str());
        print_row(member, shown, verdict.clone().err());
    }
    println!("\nmissing or of the wrong type");
    for profile in [MetadataProfile::OpenIdProvider, MetadataProfile::AuthorizationServer, MetadataProfile::KeysOnly] {
        let checked = open(&lenient.policy().to_builder().metadata_profile(profile).build())?.validate_required_members();
        let missing: Vec<_> = checked.as_ref().err().into_iter().flat_map(|all| all.iter()).map(|one| one.member().to_owned()).collect();
        println!("  {:<20} {}", format!("{profile:?}"), if missing.is_empty() { "nothing".to_owned() } else { missing.join(", ") });
    }
    loop {
        let refused: Vec<PolicyViolation> = match open(&policy) {
            Ok(disco) => disco.validate().err().iter().flat_map(|all| all.iter().cloned()).collect(),
            Err(error) => vec![error.policy_violation().ok_or("the document cannot be read")?.clone()],
        };
        let Some(remedy) = refused.iter().filter_map(PolicyViolation::remedy).find(|one| !calls.contains(&one.to_string())) else {
            println!("\n{}", if calls.is_empty() { "no builder call is needed" } else { "builder calls" });
            calls.iter().for_each(|call| println!("  {call}"));
            refused.iter().for_each(|violation| println!("no call allows this: {violation}"));
            return Ok(open(&policy).ok());
        };
        calls.push(remedy.to_string());
        policy = policies::allow(&policy, remedy)?;
    }
}

fn print_row(member: &str, address: &str, violation: Option<PolicyViolation>) {
    println!("  {:<20} {member}  {address}", violation.map_or("accepted", |violation| violation.kind().code()));
}
