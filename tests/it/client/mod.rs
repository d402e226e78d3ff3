//! `client::OidcClient` and its blocking twin, against the provider for tests.

/// A builder that says who the provider is, for either face; a macro, as the type of a partly set builder cannot be written down.
macro_rules! unregistered {
    ($house:expr) => {{
        let builder = identity_model::client::OidcClient::builder().issuer($house.provider.issuer());
        builder.http($house.provider.clone()).blocking_http($house.provider.clone()).environment($house.environment.clone())
    }};
}

/// The same with the client.
macro_rules! anonymous {
    ($house:expr) => {
        unregistered!($house).client_id($crate::client::support::CLIENT)
    };
}

/// The same with its secret.
macro_rules! begun {
    ($house:expr) => {
        anonymous!($house).client_secret($crate::client::support::SECRET)
    };
}

mod agreements;
mod authentication;
mod dpop;
mod field_cases;
mod flows;
mod kept_login;
mod login;
mod logout;
mod oauth;
mod order;
mod refusals;
mod registration;
mod sealed;
mod sessions;
mod settings;
mod shared;
mod support;
mod validators;
