//! A client under a profile: its settings as facts, and where a broken rule rejects.

use std::time::SystemTime;

use super::discovery::discovery;
use super::error::ClientError;
use super::inner::ClientInner;
use super::login::LoginOptions;
use super::settings::Settings;
use super::{OAuthClient, OidcClient};
use crate::constants::client_auth_methods;
use crate::error::Error;
use crate::jose::{AlgorithmSet, SignatureAlgorithm};
use crate::profile::{
    ClientConfiguration, Profile, ProfileEvidence, ProfileMessage, ProfileReport, ProfileStage, RequestObjectConfiguration,
};
use crate::protocol::authorize::{ResponseMode, ResponseType};
use crate::protocol::client_auth::{AssertionAudience, ClientAuthentication};
use crate::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
use crate::validation::TokenValidationOptions;

impl ClientInner {
    /// The settings as a profile sees them.
    pub(crate) fn configuration(&self) -> ClientConfiguration {
        let settings = &self.settings;
        let policy = self.stated.as_ref().map_or(&self.documents.policy, |document| document.policy());
        let object = settings.request_object.as_ref().map(|object| RequestObjectConfiguration {
            algorithm: object.algorithm().map(|algorithm| algorithm.name().to_owned()),
            lifetime: object.lifetime().as_secs(),
            repeats_outside: object.repeats_outside(),
        });
        let mut configuration = ClientConfiguration::new(&self.documents.address, &settings.client_id);
        configuration.redirect_uri.clone_from(&settings.redirect_uri);
        configuration.response_type = settings.response_type.as_str().to_owned();
        configuration.response_mode = settings.response_mode.map(|mode| mode.as_str().to_owned());
        configuration.scope.clone_from(&settings.scope);
        configuration.is_openid = settings.is_openid;
        configuration.pushed = settings.pushed;
        configuration.request_object = object;
        configuration.allows_http_on_loopback = policy.allow_http_on_loopback();
        configuration.states_metadata = self.stated.is_some() || policy.states_metadata();
        configuration.dangers = settings.dangers(policy);
        settings.describe_keys(&mut configuration);
        configuration
    }

    /// Rejects settings that break a rule of the profile.
    pub(super) fn check_profile(&self) -> Result<(), ClientError> {
        let Some(profile) = &self.settings.profile else { return Ok(()) };
        let configuration = self.configuration();
        refuse(profile, &ProfileEvidence::new().configuration(&configuration), ProfileStage::Build)
    }

    /// Rejects metadata that break a rule of the profile.
    pub(super) fn check_metadata(&self, document: &DiscoveryDocumentResponse) -> Result<(), ClientError> {
        let Some(profile) = &self.settings.profile else { return Ok(()) };
        let configuration = self.configuration();
        refuse(profile, &ProfileEvidence::new().configuration(&configuration).metadata(document), ProfileStage::Metadata)
    }

    /// Rejects a login whose options break a rule of the profile.
    pub(super) fn check_login(&self, options: &LoginOptions) -> Result<(), ClientError> {
        let Some(profile) = &self.settings.profile else { return Ok(()) };
        let configuration = options.applied_to(self.configuration());
        refuse(profile, &ProfileEvidence::new().configuration(&configuration), ProfileStage::Build)
    }

    /// What the profile says of the client, of the metadata and of recorded messages.
    pub(crate) fn profile_report(
        &self,
        profile: &Profile,
        document: Option<&DiscoveryDocumentResponse>,
        messages: &[ProfileMessage],
        now: SystemTime,
    ) -> ProfileReport {
        let configuration = self.configuration();
        let evidence = ProfileEvidence::new().configuration(&configuration).messages(messages);
        match document {
            Some(document) => profile.examine(&evidence.metadata(document), now),
            None => profile.examine(&evidence, now),
        }
    }
}

fn refuse(profile: &Profile, evidence: &ProfileEvidence<'_>, stage: ProfileStage) -> Result<(), ClientError> {
    let Some(finding) = profile.violation(evidence, stage) else { return Ok(()) };
    Err(ClientError::Profile { profile: profile.name(), when: stage, finding: Box::new(finding) })
}

impl Settings {
    /// Whether a rule of the profile holds.
    pub(super) fn holds(&self, id: &str) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.holds(id))
    }

    /// The signature algorithms that the profile leaves.
    pub(super) fn allowed_algorithms(&self) -> Option<AlgorithmSet> {
        self.profile.as_ref().and_then(Profile::allowed_algorithms)
    }

    /// Whether a response without `iss` is rejected whatever the metadata promise. A signed response names its issuer by itself.
    pub(super) fn requires_iss(&self, options: &LoginOptions) -> bool {
        let mode = options.own_response_mode().or(self.response_mode);
        self.holds("PF5") && !mode.is_some_and(ResponseMode::is_jwt)
    }

    fn describe_keys(&self, configuration: &mut ClientConfiguration) {
        let name = |algorithm: Option<SignatureAlgorithm>| algorithm.map(|algorithm| algorithm.name().to_owned());
        configuration.authentication_methods = self.authentication_methods();
        let by_certificate = [client_auth_methods::TLS_CLIENT_AUTH, client_auth_methods::SELF_SIGNED_TLS_CLIENT_AUTH];
        let shows_one = configuration.authentication_methods.iter().any(|method| by_certificate.contains(&method.as_str()));
        configuration.uses_certificate = shows_one || self.uses_mtls_aliases;
        let explicit = self.credentials.explicit.as_ref();
        let makes_assertions = configuration.authentication_methods.iter().any(|method| method.ends_with("_jwt"));
        let audience = explicit.and_then(ClientAuthentication::audience).map(audience_text);
        configuration.assertion_audience = makes_assertions.then(|| audience.unwrap_or_else(|| "issuer".to_owned()));
        let by_key = self.credentials.key.as_ref().and_then(|key| key.algorithm());
        configuration.assertion_algorithm =
            name(explicit.and_then(ClientAuthentication::signing_algorithm).or(by_key)).filter(|_| makes_assertions);
        let dpop = self.dpop.iter().flat_map(|dpop| dpop.key.algorithms());
        configuration.dpop_algorithms = dpop.map(|algorithm| algorithm.name().to_owned()).collect();
        configuration.id_token_signed_response_alg = name(self.id_token.signed);
        configuration.id_token_encrypted_response_alg = self.id_token.encrypted.map(|(algorithm, _)| algorithm.name().to_owned());
        configuration.userinfo_signed_response_alg = name(self.user_info.signed);
        configuration.introspection_signed_response_alg = name(self.introspection.signed);
        configuration.authorization_signed_response_alg = name(self.authorization.signed);
    }

    /// Every method that may be chosen, as [`Credentials::choose`](super::credentials::Credentials::choose) goes about it.
    fn authentication_methods(&self) -> Vec<String> {
        let credentials = &self.credentials;
        match (&credentials.registered, &credentials.explicit) {
            (Some((method, _)), _) => return vec![method.clone()],
            (None, Some(explicit)) => return vec![explicit.method().to_owned()],
            (None, None) => {}
        }
        let by_key = credentials.key.iter().map(|_| client_auth_methods::PRIVATE_KEY_JWT);
        let by_secret = [client_auth_methods::CLIENT_SECRET_BASIC, client_auth_methods::CLIENT_SECRET_POST];
        let by_secret = credentials.secret.iter().flat_map(|_| by_secret);
        let methods: Vec<String> = by_key.chain(by_secret).map(str::to_owned).collect();
        if methods.is_empty() { vec![client_auth_methods::NONE.to_owned()] } else { methods }
    }

    /// The calls in force that weaken a check.
    fn dangers(&self, policy: &DiscoveryPolicy) -> Vec<String> {
        let tolerated = policy.tolerances().into_iter().map(|tolerance| tolerance.to_string());
        let mut dangers: Vec<String> = tolerated.filter(|call| call.contains("danger")).collect();
        let dpop = self.dpop.as_ref();
        let is_weakened = self.id_token_rules.as_ref().is_some_and(|adjustment| {
            let rules = TokenValidationOptions::id_token().issuer("issuer").audience("client");
            rules.build_adjusted(Some(adjustment)).is_weakened()
        });
        let switches = [
            (dpop.is_some_and(|dpop| dpop.allows_bearer), ".danger_allow_bearer_downgrade(true)"),
            (dpop.is_some_and(|dpop| dpop.shares_key), ".danger_share_key(true)"),
            (self.ignores_auth_time_of_refresh, ".danger_allow_other_auth_time_on_refresh(true)"),
            (is_weakened, ".id_token_rules(…) with a danger"),
            (
                self.request_object.as_ref().is_some_and(|object| !object.is_signed()),
                ".request_object(RequestObjectSettings::danger_unsigned())",
            ),
        ];
        dangers.extend(switches.into_iter().filter(|(is_on, _)| *is_on).map(|(_, call)| call.to_owned()));
        dangers
    }
}

fn audience_text(audience: &AssertionAudience) -> String {
    match audience {
        AssertionAudience::Issuer => "issuer".to_owned(),
        AssertionAudience::Endpoint => "endpoint".to_owned(),
        AssertionAudience::TokenEndpoint => "token_endpoint".to_owned(),
        AssertionAudience::Exactly(text) => text.clone(),
        AssertionAudience::Several(texts) => texts.join(" "),
    }
}

impl OidcClient {
    /// The settings of the client as a security profile sees them: facts, no secrets.
    pub fn configuration(&self) -> ClientConfiguration {
        self.core().configuration()
    }

    /// Holds `profile` against this client, the provider's metadata and recorded messages.
    ///
    /// It need not be the profile that the client was built with, and metadata that break it are reported, not rejected.
    ///
    /// # Errors
    /// As [`discovery`](Self::discovery).
    pub async fn profile_report(&self, profile: &Profile, messages: &[ProfileMessage]) -> Result<ProfileReport, Error> {
        let document = self.discovery().await?;
        Ok(self.core().profile_report(profile, Some(&document), messages, self.core().environment().clock().now()))
    }
}

impl OAuthClient {
    /// The settings of the client as a security profile sees them: facts, no secrets.
    pub fn configuration(&self) -> ClientConfiguration {
        self.inner().client.configuration()
    }

    /// As [`OidcClient::profile_report`], with the metadata that the client goes by.
    ///
    /// # Errors
    /// As [`OidcClient::discovery`].
    pub async fn profile_report(&self, profile: &Profile, messages: &[ProfileMessage]) -> Result<ProfileReport, Error> {
        let client = &self.inner().client;
        let document = client.run(discovery(client)).await?;
        Ok(client.profile_report(profile, Some(&document), messages, client.environment().clock().now()))
    }
}

impl LoginOptions {
    /// The settings as this login has them.
    fn applied_to(&self, mut configuration: ClientConfiguration) -> ClientConfiguration {
        if let Some(response_type) = self.own_response_type() {
            configuration.response_type = ResponseType::as_str(response_type).to_owned();
        }
        if let Some(mode) = self.own_response_mode() {
            configuration.response_mode = Some(mode.as_str().to_owned());
        }
        if let Some(uri) = self.own_redirect_uri() {
            configuration.redirect_uri = Some(uri.to_owned());
        }
        configuration.pushed = self.own_pushed().or(configuration.pushed);
        if !self.asked.scope.is_empty() {
            configuration.scope.clone_from(&self.asked.scope);
            if configuration.is_openid {
                configuration.scope.push("openid".to_owned());
            }
        }
        configuration
    }
}
