//! What a relying party has to do in each module of the OpenID Foundation's certification plans, played against `TestProvider`.
//!
//! One test a module, named after it: `oidcc_client_test_…` as the plans have them, without the prefix `oidcc-client-test-` where a plan leaves it
//! out. Each says what the client does about it through [`OidcClient`](identity_model::client::OidcClient): accepted where it must be, rejected
//! with the right code where not, and **nothing sent after a rejection**. Where a plan allows several answers the strict one is asserted.
//!
//! `modules.rs` holds what several plans have in common; each plan has a file of its own that names its modules.

/// A builder whose provider and redirect URI are set; a macro, as the type of a partly set builder cannot be written down.
macro_rules! unregistered {
    ($provider:expr) => {
        identity_model::client::OidcClient::builder()
            .issuer($provider.issuer())
            .http($provider.clone())
            .redirect_uri($crate::conformance::support::CALLBACK)
    };
}

/// A relying party of a plan, its provider and its client set up otherwise.
macro_rules! rp_with {
    ($plan:expr, $provider:expr, |$client:ident| $build:expr) => {{
        let plan: $crate::conformance::support::Plan = $plan;
        let provider = $crate::conformance::support::provider($provider);
        let $client = unregistered!(provider).client_id($crate::conformance::support::CLIENT);
        let $client = $client.response_type(plan.response_type).maybe_response_mode(plan.response_mode);
        $crate::conformance::support::Rp::of(plan, provider, $build)
    }};
}

mod back_channel_logout;
mod basic;
mod config;
mod dynamic;
mod fapi1_advanced;
mod fapi2_message_signing;
mod fapi2_security;
mod form_post;
mod front_channel_logout;
mod hybrid;
mod implicit;
mod modules;
mod plain;
mod refresh;
mod rp_initiated_logout;
mod support;
mod third_party_login;
