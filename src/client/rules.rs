//! By which rules a client judges what its provider signs: algorithms from the registration, then from the metadata, then the default of
//! the specification; never from the token (RFC 8725 section 3.1).

use std::time::Duration;

use super::ClientError;
use super::settings::Agreement;
use super::terms::Terms;
use crate::constants::metadata;
use crate::error::Error;
use crate::exchange::Port;
use crate::jose::{AlgorithmSet, ContentEncryptionSet, JsonWebKey, JsonWebKeySet, KeyManagementSet};
use crate::keys::KeySource;
use crate::protocol::ResponseVerifier;
use crate::validation::{TokenKind, TokenValidationOptions, TokenValidationOptionsBuilder};

/// An ID token that belongs to something the user did just now is no older than this.
pub(super) const FRESH: Duration = Duration::from_secs(3600);

const INTROSPECTION_SIGNING: &str = metadata::INTROSPECTION_SIGNING_ALG_VALUES_SUPPORTED;
const AUTHORIZATION_SIGNING: &str = metadata::AUTHORIZATION_SIGNING_ALG_VALUES_SUPPORTED;
const USERINFO_SIGNING: &str = metadata::USERINFO_SIGNING_ALG_VALUES_SUPPORTED;
const ID_TOKEN_SIGNING: &str = metadata::ID_TOKEN_SIGNING_ALG_VALUES_SUPPORTED;

/// What is particular to one use of the rules.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Particulars {
    pub(super) require_auth_time: bool,
    pub(super) max_issued_age: Option<Duration>,
}

impl Terms {
    /// The rules for an ID token from the token endpoint, but for what one login expects of it.
    pub(super) fn id_token_rules(&self, max_issued_age: Option<Duration>) -> Result<TokenValidationOptions, Error> {
        let particulars = Particulars { require_auth_time: self.settings().require_auth_time, max_issued_age };
        self.rules_of_id_tokens(TokenValidationOptions::id_token().claim_validators(&self.settings().validators), particulars)
    }

    /// The same for a login that asks for nothing in particular: the registered `default_max_age` counts.
    pub(super) fn login_rules(&self, max_issued_age: Option<Duration>) -> Result<TokenValidationOptions, Error> {
        let rules = self.id_token_rules(max_issued_age)?;
        Ok(match self.settings().default_max_age {
            Some(max_age) => rules.with_max_age(max_age),
            None => rules,
        })
    }

    /// The rules for what is signed like an ID token: same keys, same algorithms, same encryption.
    pub(super) fn rules_of_id_tokens(
        &self,
        builder: TokenValidationOptionsBuilder,
        particulars: Particulars,
    ) -> Result<TokenValidationOptions, Error> {
        let agreement = self.settings().id_token;
        let default = TokenKind::IdToken.default_algorithms();
        let algorithms = self.algorithms(agreement, ID_TOKEN_SIGNING, "id_token_signed_response_alg", default)?;
        self.rules(builder, agreement, algorithms, particulars)
    }

    /// How a signed UserInfo answer is verified, where one was registered; plain JSON otherwise.
    pub(super) fn user_info_rules(&self) -> Result<Option<TokenValidationOptions>, Error> {
        let agreement = self.settings().user_info;
        if agreement.signed.is_none() && agreement.encrypted.is_none() {
            return Ok(None);
        }
        let algorithms = self.algorithms(agreement, USERINFO_SIGNING, "userinfo_signed_response_alg", AlgorithmSet::EMPTY)?;
        let builder = TokenValidationOptions::user_info_response();
        self.rules(builder, agreement, algorithms, Particulars::default()).map(Some)
    }

    /// How a signed introspection answer is verified, where one was registered; plain JSON otherwise.
    pub(super) fn introspection_rules(&self) -> Result<Option<TokenValidationOptions>, Error> {
        let agreement = self.settings().introspection;
        if agreement.signed.is_none() && agreement.encrypted.is_none() {
            return Ok(None);
        }
        let default = TokenKind::IntrospectionResponse.default_algorithms();
        let algorithms = self.algorithms(agreement, INTROSPECTION_SIGNING, "introspection_signed_response_alg", default)?;
        let builder = TokenValidationOptions::introspection_response();
        self.rules(builder, agreement, algorithms, Particulars::default()).map(Some)
    }

    /// How a signed authorization response is verified (JARM section 2.4).
    pub(super) fn authorization_rules(&self) -> Result<TokenValidationOptions, Error> {
        let agreement = self.settings().authorization;
        let default = TokenKind::AuthorizationResponse.default_algorithms();
        let algorithms = self.algorithms(agreement, AUTHORIZATION_SIGNING, "authorization_signed_response_alg", default)?;
        self.rules(TokenValidationOptions::authorization_response(), agreement, algorithms, Particulars::default())
    }

    fn algorithms(
        &self,
        agreement: Agreement,
        list: &'static str,
        setter: &'static str,
        default: AlgorithmSet,
    ) -> Result<AlgorithmSet, ClientError> {
        if let Some(algorithm) = agreement.signed {
            return Ok(AlgorithmSet::only(algorithm));
        }
        if !self.document.states(list) {
            return Ok(default);
        }
        let names = self.document.try_get_string_array(list);
        let (known, _) = AlgorithmSet::from_names(names.iter().map(String::as_str));
        // A shared secret signs only what was registered to be signed with it.
        let allowed = known.intersection(AlgorithmSet::ASYMMETRIC);
        if allowed.is_empty() { Err(ClientError::NoCommonAlgorithm { list, setter }) } else { Ok(allowed) }
    }

    fn rules(
        &self,
        builder: TokenValidationOptionsBuilder,
        agreement: Agreement,
        algorithms: AlgorithmSet,
        particulars: Particulars,
    ) -> Result<TokenValidationOptions, Error> {
        let settings = self.settings();
        let mut builder = builder
            .issuer(self.expected_issuer()?)
            .audience(self.client_id())
            .algorithms(algorithms)
            .leeway(settings.leeway)
            .clock_skew(settings.clock_skew)
            .name_claim_type(&settings.name_claim_type)
            .role_claim_type(&settings.role_claim_type)
            .maybe_decryption_keys(settings.decryption_keys.clone())
            .maybe_key_management_algorithms(agreement.encrypted.map(|(algorithm, _)| KeyManagementSet::only(algorithm)))
            .maybe_content_encryption_algorithms(agreement.encrypted.map(|(_, content)| ContentEncryptionSet::only(content)))
            .maybe_max_issued_age(particulars.max_issued_age);
        if agreement.encrypted.is_some() {
            builder = builder.require_encryption();
        }
        if particulars.require_auth_time {
            builder = builder.require_auth_time();
        }
        Ok(builder.build())
    }

    /// Whose keys verify a signature by one of these algorithms: the provider's, or the secret that both sides share.
    pub(super) fn key_source(&self, algorithms: AlgorithmSet) -> Result<KeySource, ClientError> {
        if algorithms.is_empty() || !algorithms.intersection(AlgorithmSet::ASYMMETRIC).is_empty() {
            return Ok(self.core.keys.clone().into());
        }
        self.secret_key().map(KeySource::key)
    }

    fn secret_key(&self) -> Result<JsonWebKey, ClientError> {
        let missing = || ClientError::configuration("client_secret", "is needed to verify what is signed with an HMAC algorithm");
        let secret = self.settings().credentials.secret().ok_or_else(missing)?;
        JsonWebKey::from_secret(secret.expose().as_bytes()).map_err(|error| ClientError::configuration("client_secret", error.to_string()))
    }

    /// The keys of the moment for an answer that is verified as it arrives, and which version they are.
    pub(super) async fn verifier(
        &self,
        options: &TokenValidationOptions,
        newer_than: Option<u64>,
        port: &Port,
    ) -> Result<Option<(ResponseVerifier, u64)>, Error> {
        if options.algorithms().intersection(AlgorithmSet::ASYMMETRIC).is_empty() {
            let keys = JsonWebKeySet::from_keys([self.secret_key()?]);
            return Ok(newer_than.is_none().then(|| (ResponseVerifier::new(keys, options.clone()), 0)));
        }
        let keys = self.core.keys.clone();
        let snapshot = match newer_than {
            None => keys.load(port).await?,
            Some(seen) => match keys.newer_than(seen, port).await {
                Some(newest) => newest.snapshot,
                None => return Ok(None),
            },
        };
        Ok(Some((ResponseVerifier::new(snapshot.value.clone(), options.clone()), snapshot.version)))
    }
}
