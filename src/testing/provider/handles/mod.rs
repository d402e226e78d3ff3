//! The provider as a test holds it.

pub(super) mod authorized;
pub(super) mod browser;
pub(super) mod builder;
pub(super) mod flows;
pub(super) mod login_builder;
pub(super) mod logins;
pub(super) mod logouts;
pub(super) mod notifications;
pub(super) mod provider;
