//! The claims of a user from several sources as one: the present ID token, earlier ones of the same login, UserInfo.

use crate::document::Document;
use crate::principal::{Claim, ClaimsIdentity, ClaimsPrincipal};

/// Which source a claim of a session comes from.
///
/// Of several that state the same claim, the first of this list counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClaimSource {
    /// The present ID token: signed, validated.
    IdToken,
    /// An earlier ID token of the same login, which a refresh replaced by one that says less.
    EarlierIdToken,
    /// The UserInfo endpoint (OpenID Connect Core section 5.3), for the same `sub`.
    UserInfo,
}

/// The documents of every source, the strongest first.
pub(super) struct MergedClaims(Vec<(ClaimSource, Document)>);

impl MergedClaims {
    pub(super) fn new(id_token: &str, earlier: Option<&str>, user_info: Option<&str>) -> Self {
        let sources = [(ClaimSource::IdToken, Some(id_token)), (ClaimSource::EarlierIdToken, earlier), (ClaimSource::UserInfo, user_info)];
        let open = |(source, text): (ClaimSource, Option<&str>)| Some((source, Document::parse(text?.to_owned()).ok()?));
        Self(sources.into_iter().filter_map(open).collect())
    }

    /// The strongest source that states the claim, and what it says.
    pub(super) fn find(&self, name: &str) -> Option<(ClaimSource, &Document)> {
        self.0.iter().find(|(_, document)| document.contains(name)).map(|(source, document)| (*source, document))
    }

    /// All claims as a principal, a claim of each name from the strongest source that states it.
    pub(super) fn principal(&self, issuer: &str, name_claim_type: Option<&str>, role_claim_type: Option<&str>) -> ClaimsPrincipal {
        let mut claims: Vec<Claim> = Vec::new();
        for (source, document) in &self.0 {
            let is_first = |claim: &Claim| self.find(claim.claim_type()).is_some_and(|(first, _)| first == *source);
            claims.extend(Claim::all_of(document, issuer).into_iter().filter(is_first));
        }
        let identity = ClaimsIdentity::builder().claims(claims).authentication_type("OpenIdConnect");
        let identity = identity.maybe_name_claim_type(name_claim_type).maybe_role_claim_type(role_claim_type);
        ClaimsPrincipal::new(identity.build())
    }
}
