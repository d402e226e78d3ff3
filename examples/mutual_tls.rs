//! Tokens that are bound to a client certificate (RFC 8705), at a resource behind a proxy that ends TLS: nothing is needed, the certificate
//! is that of the specification's appendix.
//!
//! ```sh
//! cargo run --example mutual_tls
//! ```

use http::HeaderMap;
use identity_model::cache::MemoryReplayStore;
use identity_model::encoding::base64;
use identity_model::keys::{ProviderKeys, TokenValidator};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::dpop::DpopVerifier;
use identity_model::protocol::incoming::{IncomingRequest, PublicUrl, TrustedProxies};
use identity_model::protocol::mtls::{CertificateHeader, CertificateThumbprint};
use identity_model::protocol::token::ClientCredentialsTokenRequest;
use identity_model::resource::RequestValidator;
use identity_model::testing::{ProviderEndpoint, TestClient, TestProvider};

/// RFC 8705 appendix A, in base64 as a proxy writes it.
const CERTIFICATE: &str = concat!(
    "MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAxODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGBy",
    "qGSM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID",
    "SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOVbUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=",
);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let thumbprint = CertificateThumbprint::of_der(&base64::decode(CERTIFICATE)?)?;
    println!("x5t#S256 of the certificate: {thumbprint}");

    // The provider binds the tokens of this client to its certificate. (The HTTP client brings the certificate: `ReqwestClient::builder`
    // takes it; the embedded provider takes it as proved.)
    let client = TestClient::new("reports").secret("s3cret").audiences(["orders"]).certificate_thumbprint(thumbprint.to_string());
    let provider = TestProvider::builder().client(client).build();
    let tokens = ClientCredentialsTokenRequest::builder()
        .address(provider.address(ProviderEndpoint::Token))
        .client_id("reports")
        .authentication(ClientAuthentication::secret_basic("s3cret"))
        .send(&provider)
        .await?;

    // The resource takes the certificate from the header of a proxy in 10.0.0.0/8, and of no other sender.
    let header = CertificateHeader::rfc9440(TrustedProxies::networks(["10.0.0.0/8"])?);
    let verifier = DpopVerifier::new(PublicUrl::new("https://api.example.com")?, MemoryReplayStore::default())?;
    let keys = ProviderKeys::new(provider.issuer(), provider.clone());
    let tokens_of_provider = TokenValidator::builder().keys(keys).issuer(provider.issuer()).audience("orders").build();
    let validator = RequestValidator::new(verifier.with_certificate_header(header), tokens_of_provider);

    let certificate = format!(":{CERTIFICATE}:");
    for (who, peer, header) in [
        ("the client, through the proxy", [10, 0, 0, 1], Some(&certificate)),
        ("a thief without the certificate", [10, 0, 0, 1], None),
        ("somebody who passes for the proxy", [192, 0, 2, 7], Some(&certificate)),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", format!("Bearer {}", tokens.access_token().expose()).parse()?);
        if let Some(header) = header {
            headers.insert("client-cert", header.parse()?);
        }
        match validator.validate(&IncomingRequest::new("GET", "/orders", &headers).with_peer(peer)).await {
            Ok(validated) => println!("{who}: accepted for {}", validated.token().subject().unwrap_or("nobody")),
            Err(rejection) => println!("{who}: {} ({})", rejection.status(), rejection.code()),
        }
    }
    Ok(())
}
