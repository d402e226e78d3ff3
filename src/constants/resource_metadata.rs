//! Members of protected resource metadata: RFC 9728 section 2.

use super::table::names;

names! {
    RESOURCE = "resource", "The resource identifier. RFC 9728 section 2.";
    AUTHORIZATION_SERVERS = "authorization_servers",
        "Issuers of the authorization servers to be used with the resource. RFC 9728 section 2.";
    JWKS_URI = "jwks_uri", "Address of the resource's key set. RFC 9728 section 2.";
    SCOPES_SUPPORTED = "scopes_supported", "Scopes used to ask for access. RFC 9728 section 2.";
    BEARER_METHODS_SUPPORTED = "bearer_methods_supported", "Ways of sending a bearer token: `header`, `body`, `query`. RFC 9728 section 2.";
    RESOURCE_SIGNING_ALG_VALUES_SUPPORTED = "resource_signing_alg_values_supported",
        "Signature algorithms of signed resource answers. RFC 9728 section 2.";
    RESOURCE_NAME = "resource_name", "Name of the resource for display. RFC 9728 section 2.";
    RESOURCE_DOCUMENTATION = "resource_documentation", "Address of documentation for developers. RFC 9728 section 2.";
    RESOURCE_POLICY_URI = "resource_policy_uri", "Address of the policy on data. RFC 9728 section 2.";
    RESOURCE_TOS_URI = "resource_tos_uri", "Address of the terms of service. RFC 9728 section 2.";
    TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS = "tls_client_certificate_bound_access_tokens",
        "Whether access tokens bound to certificates are supported. RFC 9728 section 2.";
    AUTHORIZATION_DETAILS_TYPES_SUPPORTED = "authorization_details_types_supported", "Types of authorization details. RFC 9728 section 2.";
    DPOP_SIGNING_ALG_VALUES_SUPPORTED = "dpop_signing_alg_values_supported", "Signature algorithms of DPoP proofs. RFC 9728 section 2.";
    DPOP_BOUND_ACCESS_TOKENS_REQUIRED = "dpop_bound_access_tokens_required",
        "Whether only access tokens bound by DPoP are accepted. RFC 9728 section 2.";
    SIGNED_METADATA = "signed_metadata", "The metadata as a signed JWT. RFC 9728 section 2.2.";
}
