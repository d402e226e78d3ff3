//! Proof Key for Code Exchange: RFC 7636.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::constants::code_challenge_methods;
use crate::encoding::base64url;
use crate::environment::{Entropy, EntropyError};
use crate::protocol::error::RequestError;
use crate::secret::{CodeVerifier, SecretText};

/// What an authorization request says about its PKCE verifier: a decision that no request is built without.
///
/// RFC 7636 sections 4.2 and 4.3; RFC 9700 section 2.1.1 demands `S256`. Text stands for a challenge that was derived elsewhere. It is sent
/// only where the response type returns a code. `Debug` shows the method alone.
///
/// # Example
/// ```
/// use identity_model::protocol::authorize::CodeChallenge;
/// use identity_model::secret::CodeVerifier;
///
/// let verifier = CodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
/// let challenge = CodeChallenge::s256(&verifier);
/// assert_eq!(challenge.value(), Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
/// assert_eq!(challenge.method(), Some("S256"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct CodeChallenge(Decision);

#[derive(Clone, PartialEq, Eq)]
enum Decision {
    S256(String),
    Plain(CodeVerifier),
    None,
    /// The verifier cannot be redeemed (RFC 7636 section 4.1).
    Unfit,
}

impl CodeChallenge {
    /// `S256`: the SHA-256 of the verifier, which stays with the client.
    pub fn s256(verifier: &CodeVerifier) -> Self {
        if !is_verifier(verifier) {
            return Self(Decision::Unfit);
        }
        Self(Decision::S256(base64url::encode(Sha256::digest(verifier.expose()))))
    }

    /// `plain`: the verifier itself, which anyone who sees the request then knows. For servers that support nothing better.
    pub fn danger_plain(verifier: &CodeVerifier) -> Self {
        if is_verifier(verifier) { Self(Decision::Plain(verifier.clone())) } else { Self(Decision::Unfit) }
    }

    /// No PKCE: anyone who gets hold of the code may redeem it. For servers that reject requests with a challenge, where the code is redeemed by an
    /// [`ExtensionTokenRequest`](crate::protocol::token::ExtensionTokenRequest): everything else here wants a verifier.
    pub fn danger_none() -> Self {
        Self(Decision::None)
    }

    /// `code_challenge_method`; `None` without PKCE.
    pub fn method(&self) -> Option<&'static str> {
        match &self.0 {
            Decision::S256(_) => Some(code_challenge_methods::S256),
            Decision::Plain(_) => Some(code_challenge_methods::PLAIN),
            Decision::None | Decision::Unfit => None,
        }
    }

    /// `code_challenge`, for the wire; `None` without PKCE.
    pub fn value(&self) -> Option<&str> {
        match &self.0 {
            Decision::S256(challenge) => Some(challenge),
            Decision::Plain(verifier) => Some(verifier.expose()),
            Decision::None | Decision::Unfit => None,
        }
    }

    pub(crate) fn check(&self) -> Result<(), RequestError> {
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        match &self.0 {
            Decision::Unfit => Err(RequestError::configuration("code_verifier", "is not 43 to 128 unreserved characters")),
            // RFC 7636 section 4.2: 32 octets.
            Decision::S256(challenge) if challenge.len() != 43 || !challenge.bytes().all(is_base64url) => {
                Err(RequestError::configuration("code_challenge", "is not a SHA-256 digest in base64url (43 characters)"))
            }
            Decision::S256(_) | Decision::Plain(_) | Decision::None => Ok(()),
        }
    }
}

impl CodeVerifier {
    /// A new verifier of 32 random octets: 43 characters (RFC 7636 section 4.1).
    ///
    /// # Errors
    /// [`EntropyError`] where there are no random bytes to be had.
    ///
    /// # Example
    /// ```
    /// use identity_model::environment::SystemEntropy;
    /// use identity_model::secret::CodeVerifier;
    ///
    /// let verifier = CodeVerifier::random(&SystemEntropy)?;
    /// assert_eq!(verifier.expose().len(), 43);
    /// # Ok::<(), identity_model::environment::EntropyError>(())
    /// ```
    pub fn random(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        random_text(entropy).map(Self::new)
    }
}

impl SecretText {
    /// 32 random octets, for a state or a nonce: 43 characters that cannot be guessed.
    ///
    /// # Errors
    /// [`EntropyError`] where there are no random bytes to be had.
    pub fn random(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        random_text(entropy).map(Self::new)
    }
}

fn random_text(entropy: &dyn Entropy) -> Result<String, EntropyError> {
    let mut octets = zeroize::Zeroizing::new([0; 32]);
    entropy.fill(&mut *octets)?;
    Ok(base64url::encode(*octets))
}

/// RFC 7636 section 4.1: 43 to 128 unreserved characters.
pub(crate) fn is_verifier(verifier: &CodeVerifier) -> bool {
    let text = verifier.expose();
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved)
}

/// `S256` of this verifier.
impl From<&CodeVerifier> for CodeChallenge {
    fn from(verifier: &CodeVerifier) -> Self {
        Self::s256(verifier)
    }
}

/// An `S256` challenge that was derived elsewhere.
impl From<String> for CodeChallenge {
    fn from(challenge: String) -> Self {
        Self(Decision::S256(challenge))
    }
}

/// An `S256` challenge that was derived elsewhere.
impl From<&str> for CodeChallenge {
    fn from(challenge: &str) -> Self {
        Self::from(challenge.to_owned())
    }
}

impl fmt::Debug for CodeChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CodeChallenge").field(&self.method().unwrap_or("none")).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::SeededEntropy;

    #[test]
    fn r1_a_verifier_has_32_random_octets_and_two_are_never_alike() {
        let entropy = SeededEntropy::new(7);
        let [one, two] = [CodeVerifier::random(&entropy).unwrap(), CodeVerifier::random(&entropy).unwrap()];
        assert!(is_verifier(&one) && is_verifier(&two) && one != two);
        assert_eq!(base64url::decode(one.expose()).unwrap().len(), 32);
    }

    #[test]
    fn r1_a_verifier_that_cannot_be_redeemed_is_refused_at_once() {
        for text in [String::new(), "a".repeat(42), "a".repeat(129), format!("{}=", "a".repeat(43)), format!("{} ", "a".repeat(43))] {
            let verifier = CodeVerifier::new(text);
            for challenge in [CodeChallenge::s256(&verifier), CodeChallenge::danger_plain(&verifier)] {
                assert!(challenge.check().is_err() && challenge.value().is_none());
            }
        }
        for text in ["~".repeat(43), "a".repeat(128)] {
            let verifier = CodeVerifier::new(text);
            assert!(CodeChallenge::s256(&verifier).check().is_ok() && CodeChallenge::danger_plain(&verifier).check().is_ok());
        }
    }

    #[test]
    fn r1_plain_and_none_say_so_and_show_nothing() {
        let verifier = CodeVerifier::new("v".repeat(43));
        let plain = CodeChallenge::danger_plain(&verifier);
        assert_eq!((plain.method(), plain.value()), (Some("plain"), Some(verifier.expose())));
        assert_eq!(format!("{plain:?} {:?}", CodeChallenge::danger_none()), r#"CodeChallenge("plain") CodeChallenge("none")"#);
        assert_eq!((CodeChallenge::danger_none().method(), CodeChallenge::danger_none().value()), (None, None));
    }
}
