//! Which validator judges which token.

use crate::constants::claims;
use crate::keys::TokenValidator;
use crate::validation::{TokenForm, danger_read_unverified};

/// The validators of a resource server.
#[derive(Default)]
pub(super) struct TokenValidators {
    /// For every token, or for those whose issuer has none of its own.
    pub(super) single: Option<TokenValidator>,
    /// By issuer, where there are several.
    pub(super) by_issuer: Vec<(String, TokenValidator)>,
    /// For tokens that are no JWT.
    pub(super) opaque: Option<TokenValidator>,
}

impl TokenValidators {
    /// The validator of a token: by its issuer, read unverified and compared exactly, before anything is fetched. Never one after the other:
    /// that would tell each server about the tokens of the others.
    pub(super) fn of(&self, token: &str) -> Option<&TokenValidator> {
        match TokenForm::of(token) {
            TokenForm::Opaque => self.opaque.as_ref().or(self.single.as_ref()),
            // What is encrypted says nothing of its issuer before it is decrypted.
            TokenForm::EncryptedJwt => self.single.as_ref().or(self.opaque.as_ref()),
            TokenForm::SignedJwt => self.by_unverified_issuer(token).or(self.single.as_ref()),
        }
    }

    fn by_unverified_issuer(&self, token: &str) -> Option<&TokenValidator> {
        if self.by_issuer.is_empty() {
            return None;
        }
        let unverified = danger_read_unverified(token).ok()?;
        let issuer = unverified.unverified_payload().try_get_str(claims::ISS)?;
        self.by_issuer.iter().find(|(listed, _)| listed == issuer).map(|(_, validator)| validator)
    }

    /// Every validator.
    pub(super) fn all(&self) -> impl Iterator<Item = &TokenValidator> {
        self.single.iter().chain(self.by_issuer.iter().map(|(_, validator)| validator)).chain(&self.opaque)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.single.is_none() && self.by_issuer.is_empty() && self.opaque.is_none()
    }

    /// Every issuer that is listed, once.
    pub(super) fn issuers(&self) -> Vec<&str> {
        let listed = self.by_issuer.iter().map(|(issuer, _)| issuer.as_str());
        let others = self.single.iter().chain(&self.opaque);
        let expected = others.flat_map(|validator| validator.options().expected_issuer().issuers());
        let mut issuers: Vec<&str> = Vec::new();
        for issuer in listed.chain(expected) {
            if !issuers.contains(&issuer) {
                issuers.push(issuer);
            }
        }
        issuers
    }
}
