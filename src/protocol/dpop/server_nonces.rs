//! The nonces of a resource, made without a memory: RFC 9449 sections 8.2, 9 and 11.1 to 11.3.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use zeroize::Zeroizing;

use crate::encoding::digest::hmac_sha256;
use crate::encoding::{base64url, epoch};
use crate::environment::{EntropyError, Environment};
use crate::secret::constant_time_eq;

/// Seconds for which one nonce is the current one.
const STEP: i64 = 60;
/// The first octet of every nonce.
const FORMAT: u8 = 1;
/// Format, step, and the first half of the MAC.
const LENGTH: usize = 1 + 4 + 16;

/// The nonces that a resource demands in proofs: authenticated time stamps, so that nothing has to be remembered or shared but a secret.
///
/// RFC 9449 sections 8.2 and 9. A nonce names its minute and carries an HMAC-SHA-256 over purpose, audience and minute. One is accepted from
/// two minutes before the present one to one minute after it, under the current or the previous secret, any number of times (section 11.1).
/// The audience keeps the nonces of one server from being used at another.
///
/// # Example
/// ```
/// use std::time::{Duration, SystemTime};
/// use identity_model::protocol::dpop::{NonceSecret, ServerNonces};
///
/// let nonces = ServerNonces::new("https://api.example.com", NonceSecret::new([7; 32]));
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
/// let nonce = nonces.issue(now);
/// assert!(nonces.is_accepted(&nonce, now + Duration::from_secs(120)));
/// assert!(!nonces.is_accepted(&nonce, now + Duration::from_secs(180)));
/// ```
#[derive(Clone)]
pub struct ServerNonces {
    audience: Arc<str>,
    current: NonceSecret,
    previous: Option<NonceSecret>,
}

/// The secret that nonces are authenticated with: 32 octets, the same at all nodes of one resource. Redacted in `Debug`, wiped when dropped.
#[derive(Clone)]
pub struct NonceSecret(Arc<Zeroizing<[u8; 32]>>);

/// An accepted nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AcceptedNonce {
    /// Whether it is the one that would be issued now.
    pub(super) is_current: bool,
    /// When it is no longer accepted.
    pub(super) ends_at: SystemTime,
}

impl NonceSecret {
    /// These octets, which must be random.
    pub fn new(octets: [u8; 32]) -> Self {
        Self(Arc::new(Zeroizing::new(octets)))
    }

    /// A new secret, for a resource that runs in one process: proofs with its nonces are rejected by any other.
    ///
    /// # Errors
    /// [`EntropyError`] where there are no random bytes.
    pub fn generate(environment: &Environment) -> Result<Self, EntropyError> {
        let mut octets = Zeroizing::new([0; 32]);
        environment.entropy().fill(octets.as_mut_slice())?;
        Ok(Self(Arc::new(octets)))
    }
}

impl fmt::Debug for NonceSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NonceSecret([redacted])")
    }
}

impl ServerNonces {
    /// Nonces for this audience, for instance the identifier of the resource. An authorization server and each resource have their own.
    pub fn new(audience: impl Into<String>, secret: NonceSecret) -> Self {
        Self { audience: audience.into().into(), current: secret, previous: None }
    }

    /// The same, and nonces under the secret before are still accepted: set it at all nodes for three minutes after a change.
    #[must_use]
    pub fn with_previous_secret(mut self, secret: NonceSecret) -> Self {
        self.previous = Some(secret);
        self
    }

    /// The nonce of this minute.
    pub fn issue(&self, now: SystemTime) -> String {
        let step = u32::try_from(step(now)).unwrap_or(u32::MAX);
        let mut nonce = Vec::with_capacity(LENGTH);
        nonce.push(FORMAT);
        nonce.extend(step.to_be_bytes());
        nonce.extend(self.mac(&self.current, step));
        base64url::encode(nonce)
    }

    /// Whether a proof may carry this nonce now.
    pub fn is_accepted(&self, nonce: &str, now: SystemTime) -> bool {
        self.check(nonce, now).is_some()
    }

    pub(super) fn check(&self, nonce: &str, now: SystemTime) -> Option<AcceptedNonce> {
        let octets: [u8; LENGTH] = base64url::decode_array(nonce).ok()?;
        let (&format, rest) = octets.split_first()?;
        let (step_octets, mac) = rest.split_first_chunk::<4>()?;
        let issued_in = u32::from_be_bytes(*step_octets);
        // Under both secrets, whichever it is: the time it takes says nothing about either.
        let secrets = [Some(&self.current), self.previous.as_ref()];
        let is_ours =
            secrets.into_iter().flatten().fold(false, |is_ours, secret| constant_time_eq(&self.mac(secret, issued_in), mac) | is_ours);
        let (issued_in, present) = (i64::from(issued_in), step(now));
        let is_in_time = (present - 2..=present + 1).contains(&issued_in);
        let ends_at = epoch::from_seconds((issued_in + 3) * STEP);
        (format == FORMAT && is_ours && is_in_time).then_some(AcceptedNonce { is_current: issued_in == present, ends_at })
    }

    fn mac(&self, secret: &NonceSecret, step: u32) -> [u8; 16] {
        let mac = hmac_sha256(secret.0.as_slice(), &[b"dpop-nonce/1\0", self.audience.as_bytes(), b"\0", &u64::from(step).to_be_bytes()]);
        let mut half = [0; 16];
        half.iter_mut().zip(mac).for_each(|(octet, mac)| *octet = mac);
        half
    }
}

fn step(now: SystemTime) -> i64 {
    epoch::seconds(now).div_euclid(STEP)
}

impl fmt::Debug for ServerNonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerNonces").field("audience", &self.audience).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const PRESENT: u64 = 30_000_000;

    fn at(step: u64, seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(step * 60 + seconds)
    }

    fn counting() -> NonceSecret {
        NonceSecret::new(std::array::from_fn(|place| u8::try_from(place).unwrap()))
    }

    fn nonces() -> ServerNonces {
        ServerNonces::new("https://api.example.com", counting())
    }

    #[test]
    fn a_nonce_is_a_minute_and_half_a_mac() {
        for (step, expected) in [
            (29_999_999, "AQHJw39GaLNMF6LpITVznEm8UQSL"),
            (30_000_000, "AQHJw4BbvHZGsZdV7gX0Mi_Mk5mj"),
            (30_000_001, "AQHJw4FC7PwJSkcOFTo0dEp4zGPj"),
        ] {
            assert_eq!(nonces().issue(at(step, 0)), expected);
            assert_eq!(nonces().issue(at(step, 59)), expected);
        }
    }

    #[test]
    fn a_nonce_is_accepted_from_two_minutes_before_to_one_after() {
        let now = at(PRESENT, 30);
        for (step, expected) in [
            (PRESENT - 3, None),
            (PRESENT - 2, Some(false)),
            (PRESENT - 1, Some(false)),
            (PRESENT, Some(true)),
            (PRESENT + 1, Some(false)),
            (PRESENT + 2, None),
        ] {
            let accepted = nonces().check(&nonces().issue(at(step, 0)), now);
            assert_eq!(accepted.map(|accepted| accepted.is_current), expected, "{step}");
            if let Some(accepted) = accepted {
                let last = accepted.ends_at - Duration::from_nanos(1);
                assert!(
                    nonces().is_accepted(&nonces().issue(at(step, 0)), last)
                        && !nonces().is_accepted(&nonces().issue(at(step, 0)), accepted.ends_at)
                );
            }
        }
    }

    #[test]
    fn no_other_text_is_a_nonce() {
        let (now, nonce) = (at(PRESENT, 0), nonces().issue(at(PRESENT, 0)));
        let octets = base64url::decode(&nonce).unwrap();
        for place in 0..octets.len() * 8 {
            let mut changed = octets.clone();
            changed[place / 8] ^= 1 << (place % 8);
            assert!(!nonces().is_accepted(&base64url::encode(changed), now), "bit {place}");
        }
        for text in ["", "AQ", &nonce[1..], &format!("{nonce}A"), &format!("{nonce}="), &"A".repeat(28)] {
            assert!(!nonces().is_accepted(text, now), "{text}");
        }
        let other = ServerNonces::new("https://idp.example.com", counting());
        assert!(!other.is_accepted(&nonce, now), "of another audience");
    }

    #[test]
    fn a_secret_is_changed_without_a_gap() {
        let (now, nonce) = (at(PRESENT, 0), nonces().issue(at(PRESENT, 0)));
        let changed = ServerNonces::new("https://api.example.com", NonceSecret::new([9; 32]));
        assert!(!changed.is_accepted(&nonce, now));
        let both = changed.clone().with_previous_secret(counting());
        assert!(both.is_accepted(&nonce, now) && both.is_accepted(&changed.issue(now), now));
        assert_eq!(both.issue(now), changed.issue(now));
        let shown = format!("{both:?}{:?}", counting());
        assert!(shown.contains("redacted") && !shown.contains('9'), "{shown}");
    }
}
