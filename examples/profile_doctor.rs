//! Holds a client, its provider and a recorded login against a security profile and prints a table: rule, clause, what was found, what is
//! wanted. Nothing is needed, an embedded provider plays the other side; `--json` prints the report itself.
//!
//! ```sh
//! cargo run --example profile_doctor
//! ```

use std::sync::{Arc, Mutex};

use identity_model::client::{LoginOptions, OidcClient};
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::profile::{Profile, ProfileMessage, ProfileRule, RuleOutcome};
use identity_model::protocol::authorize::Callback;
use identity_model::protocol::dpop::DpopKey;
use identity_model::testing::{DpopNonces, TestClient, TestProvider, TestUser};
use identity_model::transport::{HttpClient, HttpRequest, HttpResponse, TransportError};

const CALLBACK: &str = "https://app.example.com/callback";

/// An HTTP client that writes down what goes through it; an application wraps its own.
#[derive(Clone)]
struct Recorder(TestProvider, Arc<Mutex<Vec<(HttpRequest, HttpResponse)>>>);

#[async_trait::async_trait]
impl HttpClient for Recorder {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let response = HttpClient::send(&self.0, request.clone()).await?;
        if let Ok(mut exchanges) = self.1.lock() {
            exchanges.push((request, response.clone()));
        }
        Ok(response)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256)?;
    let public: serde_json::Value = serde_json::from_str(key.public_jwk().to_json())?;
    let provider = TestProvider::builder()
        .client(TestClient::new("web").public_key(public).redirect_uris([CALLBACK]))
        .user(TestUser::new("alice"))
        .algorithms([SignatureAlgorithm::ES256])
        .dpop(DpopNonces::Always)
        .build();
    let recorder = Recorder(provider.clone(), Arc::default());

    // A client without a profile: what would it take to keep one?
    let client = OidcClient::builder()
        .issuer(provider.issuer())
        .client_id("web")
        .redirect_uri(CALLBACK)
        .client_key(key.signer(SignatureAlgorithm::ES256)?)
        .dpop(DpopKey::generate()?)
        .http(recorder.clone())
        .build()?;
    let begun = client.begin_login(LoginOptions::new()).await?;
    let (url, answer) = (begun.url.clone(), provider.authorize(&begun.url));
    let login = client.finish_login(begun.transaction, Callback::from_url(answer.location())?).await?;
    client.userinfo(login.session()).await?;

    let document = client.discovery().await?;
    let exchanges = recorder.1.lock().map(|exchanges| exchanges.clone()).unwrap_or_default();
    let mut messages: Vec<ProfileMessage> =
        exchanges.iter().flat_map(|(request, response)| ProfileMessage::exchange(&document, request, response)).collect();
    messages.push(ProfileMessage::authorization_request(&url));
    messages.push(ProfileMessage::authorization_response(answer.location().split_once('?').map_or("", |(_, query)| query)));

    let of_its_own = ProfileRule::new("APP-1", "our own rulebook, 1", "logins ask for the name").should().on_configuration(|client| {
        RuleOutcome::check(client.scope.iter().any(|scope| scope == "profile"), client.scope.join(" "), "profile")
    });
    let profile = Profile::fapi2_security().and(Profile::named("our-own").rule(of_its_own));
    let report = client.profile_report(&profile, &messages).await?;
    if std::env::args().any(|argument| argument == "--json") {
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    print!("{report}");
    for finding in report.failures() {
        println!("to do: {} ({}) {}", finding.id(), finding.clause(), finding.remedy().unwrap_or("see docs/profiles.md"));
    }
    Ok(())
}
