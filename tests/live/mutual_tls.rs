//! Clients that prove who they are by a certificate (RFC 8705): `tls_client_auth` and `self_signed_tls_client_auth`, behind the aliases.

use identity_model::jose::PrivateKey;
use identity_model::protocol::OAuthError;
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
use identity_model::protocol::introspection::IntrospectionRequest;
use identity_model::protocol::token::TokenResponse;
use identity_model::transport::ReqwestClientBuilder;
use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, DiscoveryDocumentRequest, Error, ErrorKind, ReqwestClient};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::{Value, json};

use crate::faces::{Face, blocking, http, send_both};
use crate::server::{Issuer, SECRET};

/// A certificate and its key.
struct Identity {
    certificate: String,
    key: KeyPair,
}

impl Identity {
    fn self_signed(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        Self { certificate: params(name).self_signed(&key).unwrap().pem(), key }
    }

    /// The public key as it is registered: with the certificate (RFC 8705 section 2.2.2).
    fn registered(&self) -> Value {
        let key = PrivateKey::from_pem(&self.key.serialize_pem()).unwrap();
        let mut public: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
        let encoded: String = self.certificate.lines().filter(|line| !line.starts_with("-----")).collect();
        public["x5c"] = json!([encoded]);
        public
    }
}

/// A certificate for `name`, which is its subject and an alternative name of it.
fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = params(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn sign(&self, name: &str) -> Identity {
        let key = KeyPair::generate().unwrap();
        Identity { certificate: params(name).signed_by(&key, &self.0).unwrap().pem(), key }
    }
}

/// An issuer whose authenticated endpoints have aliases behind a listener that asks for certificates.
struct House {
    issuer: Issuer,
    authority: Authority,
    disco: DiscoveryDocumentResponse,
    aliases: String,
}

impl House {
    async fn open(name: &str) -> Self {
        let issuer = Issuer::own(name).await;
        let authority = Authority::new("authority.example.com");
        let server = authority.sign("127.0.0.1");
        let files = json!({ "certificate": server.certificate, "key": server.key.serialize_pem(), "authority": authority.0.pem() });
        let opened = issuer.ask("mutual-tls", &files).await;
        let aliases = opened["address"].as_str().unwrap().to_owned();
        let policy = DiscoveryPolicy::builder().additional_endpoint_base_address(aliases.as_str()).build();
        let disco = DiscoveryDocumentRequest::builder().address(&issuer.url).policy(policy).send(&http()).await.unwrap();
        Self { issuer, authority, disco, aliases }
    }

    async fn add_client(&self, client_id: &str, metadata: Value) {
        let mut client = json!({
            "client_id": client_id, "grant_types": ["client_credentials"], "redirect_uris": [], "response_types": [],
            "tls_client_certificate_bound_access_tokens": true,
        });
        client.as_object_mut().unwrap().extend(metadata.as_object().unwrap().clone());
        self.issuer.add_client(&client).await;
    }

    fn client(&self, identity: Option<&Identity>) -> ReqwestClientBuilder {
        let http = ReqwestClient::builder().root_certificate_pem(self.authority.0.pem()).only_added_root_certificates();
        let Some(Identity { certificate, key }) = identity else { return http };
        http.client_certificate_pem(format!("{certificate}{}", key.serialize_pem()))
    }

    /// Asks for a token and, if there is one, what it is bound to.
    async fn token(&self, face: Face, client_id: &str, by: &ClientAuthentication, identity: Option<&Identity>) -> Result<Bound, Error> {
        let request = ClientCredentialsTokenRequest::builder()
            .address(self.disco.token_endpoint().unwrap())
            .client_id(client_id)
            .authentication(by.clone())
            .build();
        let introspection = IntrospectionRequest::builder()
            .address(self.disco.introspection_endpoint().unwrap())
            .client_id(client_id)
            .authentication(by.clone());
        let builder = self.client(identity);
        match face {
            Face::Async => {
                let http = builder.build().unwrap();
                let token = request.send(&http).await?;
                let introspected = introspection.token(token.access_token().expose()).send(&http).await?;
                Ok(Bound { token, to: introspected.confirmation() })
            }
            Face::Blocking => {
                let call = move || {
                    let http = builder.build_blocking().unwrap();
                    let token = request.send_blocking(&http)?;
                    let introspected = introspection.token(token.access_token().expose()).send_blocking(&http)?;
                    Ok(Bound { token, to: introspected.confirmation() })
                };
                blocking(call).await
            }
        }
    }

    async fn accepts(&self, client_id: &str, by: &ClientAuthentication, identity: &Identity) {
        for face in Face::BOTH {
            let bound = self.token(face, client_id, by, Some(identity)).await.unwrap_or_else(|error| panic!("{face:?}: {error}"));
            assert_eq!(bound.token.token_type(), "Bearer");
            assert!(bound.to.unwrap()["x5t#S256"].is_string(), "bound to the certificate");
        }
    }

    async fn refuses(&self, client_id: &str, by: &ClientAuthentication, identity: Option<&Identity>, because: &str) {
        for face in Face::BOTH {
            let error = self.token(face, client_id, by, identity).await.map(|bound| bound.token).unwrap_err();
            assert_eq!(
                (error.kind(), error.oauth_error().map(OAuthError::error)),
                (ErrorKind::Protocol, Some("invalid_client")),
                "{because}: {error:?}"
            );
            assert_eq!(error.status().map(|status| status.as_u16()), Some(401), "{because}");
        }
    }
}

#[derive(Debug)]
struct Bound {
    token: TokenResponse,
    to: Option<Value>,
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_certificate_of_the_authority_for_the_registered_name_is_the_client() {
    let house = House::open("certificates").await;
    let by = ClientAuthentication::tls_client_auth();
    // By another name: Node ends some connections, and not others, over a signature that fails under the key of the authority it knows.
    let another = Authority::new("another-authority.example.com");
    let registrations = [("tls_client_auth_san_dns", "till.example.com"), ("tls_client_auth_subject_dn", "CN=till.example.com")];
    for (member, name) in registrations {
        house.add_client(member, json!({ "token_endpoint_auth_method": "tls_client_auth", member: name })).await;
        house.accepts(member, &by, &house.authority.sign("till.example.com")).await;
        house.refuses(member, &by, None, "no certificate").await;
        house.refuses(member, &by, Some(&house.authority.sign("mill.example.com")), "another name").await;
        house.refuses(member, &by, Some(&another.sign("till.example.com")), "another authority").await;
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_certificate_that_was_registered_is_the_client_whoever_signed_it() {
    let house = House::open("certificates-self-signed").await;
    let by = ClientAuthentication::self_signed_tls();
    let own = Identity::self_signed("till.example.com");
    let keys = json!({ "keys": [own.registered()] });
    house.add_client("till", json!({ "token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": keys })).await;
    house.accepts("till", &by, &own).await;
    house.refuses("till", &by, None, "no certificate").await;
    house.refuses("till", &by, Some(&Identity::self_signed("till.example.com")), "another key").await;
    house.refuses("till", &by, Some(&house.authority.sign("till.example.com")), "of the authority").await;
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_aliases_are_for_certificates_alone() {
    let house = House::open("certificates-aliases").await;
    let disco = &house.disco;
    assert!(disco.token_endpoint().unwrap().as_str().starts_with(&house.issuer.url));
    assert!(house.aliases.starts_with("https://"));
    // A client with a secret goes to the usual endpoint: this HTTP client does not trust the certificate of the listener.
    let request = ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint().unwrap())
        .client_id("service-basic")
        .authentication(ClientAuthentication::secret_basic(SECRET));
    for outcome in send_both!(request) {
        outcome.unwrap();
    }
    // Nor does a client with a certificate send anything to a listener that it does not trust.
    let request = ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint().unwrap())
        .client_id("till")
        .authentication(ClientAuthentication::tls_client_auth());
    for outcome in send_both!(request) {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Transport);
    }
}
