//! An accessor for every member of the metadata registry, from one table (IANA, OAuth Authorization Server Metadata).

use url::Url;

use super::document::DiscoveryDocumentResponse;
use crate::constants::{claim_types, client_auth_methods, grant_types, metadata, response_modes};
use crate::encoding::json::JsonValue;
use crate::protocol::discovery::{Endpoint, NamedAddress, PolicyViolation};

/// One row a member: accessor, name, what it is and where that is specified; of lists and switches also what silence means.
macro_rules! members {
    (
        endpoints { $($endpoint:ident = $endpoint_name:ident, $endpoint_doc:literal, $endpoint_source:literal;)* }
        lists { $($list:ident = $list_name:ident, $list_doc:literal, $list_source:literal $(, default $default:expr, $default_doc:literal)?;)* }
        switches { $($switch:ident = $switch_name:ident, $switch_doc:literal, $switch_source:literal, default $silence:literal;)* }
        pages { $($page:ident = $page_name:ident, $page_doc:literal, $page_source:literal;)* }
    ) => {
        /// Endpoints: each is handed out only if the policy accepts it. Absence is an error here; [`endpoint`](Self::endpoint) tells it apart.
        impl DiscoveryDocumentResponse {
            $(
                #[doc = concat!($endpoint_doc, ", if the policy accepts it. ", $endpoint_source, ".")]
                ///
                /// # Errors
                /// [`PolicyViolation`] where it is missing, no string, or rejected by the policy.
                pub fn $endpoint(&self) -> Result<Endpoint, PolicyViolation> {
                    self.required_endpoint(metadata::$endpoint_name)
                }
            )*
        }

        /// Lists: the strings of the array; a single string counts as one element, what is no string is left out.
        impl DiscoveryDocumentResponse {
            $(
                #[doc = concat!($list_doc, ". ", $list_source, ".", $(" Not stated: ", $default_doc, ".")?)]
                pub fn $list(&self) -> Vec<String> {
                    self.list(metadata::$list_name)
                }
            )*
        }

        /// Switches: a boolean, or the string `true` or `false` in any case; anything else counts as not stated.
        impl DiscoveryDocumentResponse {
            $(
                #[doc = concat!($switch_doc, ". ", $switch_source, ". Not stated: ", stringify!($silence), ".")]
                pub fn $switch(&self) -> bool {
                    self.try_get_boolean(metadata::$switch_name).unwrap_or($silence)
                }
            )*
        }

        /// Pages for people: an absolute URL that the policy accepts for one (https, or http where that is allowed), or none. Nothing is sent there.
        impl DiscoveryDocumentResponse {
            $(
                #[doc = concat!($page_doc, ". ", $page_source, ".")]
                pub fn $page(&self) -> Option<Url> {
                    self.page(NamedAddress::$page_name, metadata::$page_name)
                }
            )*
        }

        /// What the specifications say about a list that is not stated.
        fn default_of(member: &str) -> &'static [&'static str] {
            match member {
                $($(metadata::$list_name => &$default,)?)*
                _ => &[],
            }
        }

        /// Accessor and member of every row.
        #[cfg(test)]
        pub(super) const ROWS: &[(&str, &str)] = &[
            $((stringify!($endpoint), metadata::$endpoint_name),)*
            $((stringify!($list), metadata::$list_name),)*
            $((stringify!($switch), metadata::$switch_name),)*
            $((stringify!($page), metadata::$page_name),)*
        ];
    };
}

members! {
    endpoints {
        authorization_endpoint = AUTHORIZATION_ENDPOINT, "The authorization endpoint", "OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2";
        token_endpoint = TOKEN_ENDPOINT, "The token endpoint", "OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2";
        userinfo_endpoint = USERINFO_ENDPOINT, "The UserInfo endpoint", "OpenID Connect Discovery 1.0 section 3";
        jwks_uri = JWKS_URI, "The address of the key set", "OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2";
        registration_endpoint = REGISTRATION_ENDPOINT, "The client registration endpoint", "OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2";
        revocation_endpoint = REVOCATION_ENDPOINT, "The revocation endpoint (RFC 7009)", "RFC 8414 section 2";
        introspection_endpoint = INTROSPECTION_ENDPOINT, "The introspection endpoint (RFC 7662)", "RFC 8414 section 2";
        device_authorization_endpoint = DEVICE_AUTHORIZATION_ENDPOINT, "The device authorization endpoint", "RFC 8628 section 4";
        pushed_authorization_request_endpoint = PUSHED_AUTHORIZATION_REQUEST_ENDPOINT, "The pushed authorization request endpoint", "RFC 9126 section 5";
        backchannel_authentication_endpoint = BACKCHANNEL_AUTHENTICATION_ENDPOINT, "The backchannel authentication endpoint", "CIBA Core 1.0 section 4";
        end_session_endpoint = END_SESSION_ENDPOINT, "The end-session endpoint", "OpenID Connect RP-Initiated Logout 1.0 section 2.1";
        check_session_iframe = CHECK_SESSION_IFRAME, "The iframe that watches the session", "OpenID Connect Session Management 1.0 section 3.3";
    }
    lists {
        scopes_supported = SCOPES_SUPPORTED, "Scopes", "OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2";
        response_types_supported = RESPONSE_TYPES_SUPPORTED, "Response types", "OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2";
        response_modes_supported = RESPONSE_MODES_SUPPORTED, "Response modes", "OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2",
            default [response_modes::QUERY, response_modes::FRAGMENT], "`query` and `fragment`";
        grant_types_supported = GRANT_TYPES_SUPPORTED, "Grant types", "OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2",
            default [grant_types::AUTHORIZATION_CODE, grant_types::IMPLICIT], "`authorization_code` and `implicit`";
        acr_values_supported = ACR_VALUES_SUPPORTED, "Authentication context class references", "OpenID Connect Discovery 1.0 section 3";
        subject_types_supported = SUBJECT_TYPES_SUPPORTED, "Subject types", "OpenID Connect Discovery 1.0 section 3";
        id_token_signing_alg_values_supported = ID_TOKEN_SIGNING_ALG_VALUES_SUPPORTED, "Signature algorithms of ID tokens", "OpenID Connect Discovery 1.0 section 3";
        id_token_encryption_alg_values_supported = ID_TOKEN_ENCRYPTION_ALG_VALUES_SUPPORTED, "Key management algorithms of ID tokens", "OpenID Connect Discovery 1.0 section 3";
        id_token_encryption_enc_values_supported = ID_TOKEN_ENCRYPTION_ENC_VALUES_SUPPORTED, "Content encryption algorithms of ID tokens", "OpenID Connect Discovery 1.0 section 3";
        userinfo_signing_alg_values_supported = USERINFO_SIGNING_ALG_VALUES_SUPPORTED, "Signature algorithms of UserInfo answers", "OpenID Connect Discovery 1.0 section 3";
        userinfo_encryption_alg_values_supported = USERINFO_ENCRYPTION_ALG_VALUES_SUPPORTED, "Key management algorithms of UserInfo answers", "OpenID Connect Discovery 1.0 section 3";
        userinfo_encryption_enc_values_supported = USERINFO_ENCRYPTION_ENC_VALUES_SUPPORTED, "Content encryption algorithms of UserInfo answers", "OpenID Connect Discovery 1.0 section 3";
        request_object_signing_alg_values_supported = REQUEST_OBJECT_SIGNING_ALG_VALUES_SUPPORTED, "Signature algorithms of request objects", "OpenID Connect Discovery 1.0 section 3";
        request_object_encryption_alg_values_supported = REQUEST_OBJECT_ENCRYPTION_ALG_VALUES_SUPPORTED, "Key management algorithms of request objects", "OpenID Connect Discovery 1.0 section 3";
        request_object_encryption_enc_values_supported = REQUEST_OBJECT_ENCRYPTION_ENC_VALUES_SUPPORTED, "Content encryption algorithms of request objects", "OpenID Connect Discovery 1.0 section 3";
        token_endpoint_auth_methods_supported = TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED, "Client authentication at the token endpoint", "OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2",
            default [client_auth_methods::CLIENT_SECRET_BASIC], "`client_secret_basic`";
        token_endpoint_auth_signing_alg_values_supported = TOKEN_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED, "Signature algorithms of client assertions", "OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2";
        display_values_supported = DISPLAY_VALUES_SUPPORTED, "Values of `display`", "OpenID Connect Discovery 1.0 section 3";
        claim_types_supported = CLAIM_TYPES_SUPPORTED, "Claim types", "OpenID Connect Discovery 1.0 section 3",
            default [claim_types::NORMAL], "`normal`";
        claims_supported = CLAIMS_SUPPORTED, "Claims that the server may be able to supply", "OpenID Connect Discovery 1.0 section 3";
        claims_locales_supported = CLAIMS_LOCALES_SUPPORTED, "Languages of claims", "OpenID Connect Discovery 1.0 section 3";
        ui_locales_supported = UI_LOCALES_SUPPORTED, "Languages of the user interface", "OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2";
        revocation_endpoint_auth_methods_supported = REVOCATION_ENDPOINT_AUTH_METHODS_SUPPORTED, "Client authentication at the revocation endpoint", "RFC 8414 section 2",
            default [client_auth_methods::CLIENT_SECRET_BASIC], "`client_secret_basic`";
        revocation_endpoint_auth_signing_alg_values_supported = REVOCATION_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED, "Signature algorithms of client assertions at the revocation endpoint", "RFC 8414 section 2";
        introspection_endpoint_auth_methods_supported = INTROSPECTION_ENDPOINT_AUTH_METHODS_SUPPORTED, "Client authentication at the introspection endpoint", "RFC 8414 section 2";
        introspection_endpoint_auth_signing_alg_values_supported = INTROSPECTION_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED, "Signature algorithms of client assertions at the introspection endpoint", "RFC 8414 section 2";
        introspection_signing_alg_values_supported = INTROSPECTION_SIGNING_ALG_VALUES_SUPPORTED, "Signature algorithms of introspection answers", "RFC 9701 section 7";
        introspection_encryption_alg_values_supported = INTROSPECTION_ENCRYPTION_ALG_VALUES_SUPPORTED, "Key management algorithms of introspection answers", "RFC 9701 section 7";
        introspection_encryption_enc_values_supported = INTROSPECTION_ENCRYPTION_ENC_VALUES_SUPPORTED, "Content encryption algorithms of introspection answers", "RFC 9701 section 7";
        code_challenge_methods_supported = CODE_CHALLENGE_METHODS_SUPPORTED, "PKCE methods (RFC 7636)", "RFC 8414 section 2",
            default [], "none, the server does not know PKCE";
        authorization_signing_alg_values_supported = AUTHORIZATION_SIGNING_ALG_VALUES_SUPPORTED, "Signature algorithms of authorization responses", "JARM section 4";
        authorization_encryption_alg_values_supported = AUTHORIZATION_ENCRYPTION_ALG_VALUES_SUPPORTED, "Key management algorithms of authorization responses", "JARM section 4";
        authorization_encryption_enc_values_supported = AUTHORIZATION_ENCRYPTION_ENC_VALUES_SUPPORTED, "Content encryption algorithms of authorization responses", "JARM section 4";
        authorization_details_types_supported = AUTHORIZATION_DETAILS_TYPES_SUPPORTED, "Types of authorization details", "RFC 9396 section 10";
        dpop_signing_alg_values_supported = DPOP_SIGNING_ALG_VALUES_SUPPORTED, "Signature algorithms of DPoP proofs", "RFC 9449 section 5.1";
        backchannel_token_delivery_modes_supported = BACKCHANNEL_TOKEN_DELIVERY_MODES_SUPPORTED, "Token delivery modes", "CIBA Core 1.0 section 4";
        backchannel_authentication_request_signing_alg_values_supported = BACKCHANNEL_AUTHENTICATION_REQUEST_SIGNING_ALG_VALUES_SUPPORTED, "Signature algorithms of signed authentication requests", "CIBA Core 1.0 section 4";
        prompt_values_supported = PROMPT_VALUES_SUPPORTED, "Values of `prompt`", "Initiating User Registration via OpenID Connect 1.0";
        protected_resources = PROTECTED_RESOURCES, "Identifiers of the resources that tokens are issued for", "RFC 9728 section 4";
        nfv_token_signing_alg_values_supported = NFV_TOKEN_SIGNING_ALG_VALUES_SUPPORTED, "Signature algorithms of NFV tokens", "ETSI GS NFV-SEC 022";
        nfv_token_encryption_alg_values_supported = NFV_TOKEN_ENCRYPTION_ALG_VALUES_SUPPORTED, "Key management algorithms of NFV tokens", "ETSI GS NFV-SEC 022";
        nfv_token_encryption_enc_values_supported = NFV_TOKEN_ENCRYPTION_ENC_VALUES_SUPPORTED, "Content encryption algorithms of NFV tokens", "ETSI GS NFV-SEC 022";
    }
    switches {
        claims_parameter_supported = CLAIMS_PARAMETER_SUPPORTED, "Whether `claims` is understood", "OpenID Connect Discovery 1.0 section 3", default false;
        request_parameter_supported = REQUEST_PARAMETER_SUPPORTED, "Whether `request` is understood", "OpenID Connect Discovery 1.0 section 3", default false;
        request_uri_parameter_supported = REQUEST_URI_PARAMETER_SUPPORTED, "Whether `request_uri` is understood", "OpenID Connect Discovery 1.0 section 3", default true;
        require_request_uri_registration = REQUIRE_REQUEST_URI_REGISTRATION, "Whether request URIs must be registered", "OpenID Connect Discovery 1.0 section 3", default false;
        tls_client_certificate_bound_access_tokens = TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS, "Whether access tokens can be bound to certificates", "RFC 8705 section 3.3", default false;
        require_pushed_authorization_requests = REQUIRE_PUSHED_AUTHORIZATION_REQUESTS, "Whether only pushed authorization requests are accepted", "RFC 9126 section 5", default false;
        require_signed_request_object = REQUIRE_SIGNED_REQUEST_OBJECT, "Whether only signed request objects are accepted", "RFC 9101 section 10.5", default false;
        authorization_response_iss_parameter_supported = AUTHORIZATION_RESPONSE_ISS_PARAMETER_SUPPORTED, "Whether authorization responses carry `iss`", "RFC 9207 section 3", default false;
        backchannel_user_code_parameter_supported = BACKCHANNEL_USER_CODE_PARAMETER_SUPPORTED, "Whether `user_code` is understood", "CIBA Core 1.0 section 4", default false;
        frontchannel_logout_supported = FRONTCHANNEL_LOGOUT_SUPPORTED, "Whether front-channel logout is supported", "OpenID Connect Front-Channel Logout 1.0 section 3", default false;
        frontchannel_logout_session_supported = FRONTCHANNEL_LOGOUT_SESSION_SUPPORTED, "Whether front-channel logout names issuer and session", "OpenID Connect Front-Channel Logout 1.0 section 3", default false;
        backchannel_logout_supported = BACKCHANNEL_LOGOUT_SUPPORTED, "Whether back-channel logout is supported", "OpenID Connect Back-Channel Logout 1.0 section 2.1", default false;
        backchannel_logout_session_supported = BACKCHANNEL_LOGOUT_SESSION_SUPPORTED, "Whether logout tokens carry `sid`", "OpenID Connect Back-Channel Logout 1.0 section 2.1", default false;
    }
    pages {
        service_documentation = SERVICE_DOCUMENTATION, "Documentation for developers", "OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2";
        op_policy_uri = OP_POLICY_URI, "The provider's policy on data", "OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2";
        op_tos_uri = OP_TOS_URI, "The provider's terms of service", "OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2";
    }
}

impl DiscoveryDocumentResponse {
    /// Whether the document itself has the member, other than as `null`: accessors of lists and switches respond with the specification's
    /// default where it has not.
    pub fn states(&self, member: &str) -> bool {
        self.document().value(member).is_some_and(|value| !value.is_null())
    }

    /// Whether the list `member` holds `value`, the specification's default included: what the lists' accessors hold, without a copy of it.
    ///
    /// # Example
    /// ```
    /// use identity_model::constants::{code_challenge_methods, metadata};
    /// use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
    ///
    /// let document = r#"{"issuer": "https://idp.example.com", "code_challenge_methods_supported": ["S256"]}"#;
    /// let disco = DiscoveryDocumentResponse::parse(document, "https://idp.example.com", DiscoveryPolicy::strict())?;
    /// assert!(disco.supports(metadata::CODE_CHALLENGE_METHODS_SUPPORTED, code_challenge_methods::S256));
    /// # Ok::<(), identity_model::error::Error>(())
    /// ```
    pub fn supports(&self, member: &str, value: &str) -> bool {
        let is_it = |found: JsonValue<'_>| found.as_str().is_some_and(|text| text == value);
        match self.document().value(member).filter(|value| !value.is_null()) {
            Some(stated) => stated.elements().map_or_else(|| is_it(stated), |mut elements| elements.any(is_it)),
            None => default_of(member).contains(&value),
        }
    }

    fn list(&self, member: &str) -> Vec<String> {
        if self.states(member) {
            return self.try_get_string_array(member);
        }
        default_of(member).iter().map(|&value| value.to_owned()).collect()
    }

    fn page(&self, named: NamedAddress, member: &str) -> Option<Url> {
        let address = self.try_get_str(member)?;
        self.policy().check_named(named, address, self.address()).ok().map(|page| page.url().clone())
    }
}
