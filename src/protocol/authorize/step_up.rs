//! Step-up authentication: RFC 9470.

use std::time::Duration;

use crate::constants::{error_codes, parameters};
use crate::encoding::challenge::Challenge;
use crate::protocol::error::RequestError;
use crate::protocol::excerpt::escaped;

const ENDPOINT: &str = "protected resource";

/// What a resource wants to see of the user's authentication before it answers: the next authorization request asks for it.
///
/// RFC 9470 sections 3 and 4. `acr_values` and `max_age` of the challenge `insufficient_user_authentication` go into the next request as they
/// are; whether the next token holds what was asked for, the resource judges.
///
/// # Example
/// ```
/// use identity_model::encoding::challenge::Challenge;
/// use identity_model::protocol::authorize::{AuthorizationOptions, StepUp};
///
/// let challenges = Challenge::parse([
///     r#"Bearer error="insufficient_user_authentication", acr_values="myACR otherACR", max_age="5""#,
/// ]);
/// let step_up = StepUp::from_challenges(&challenges)?.expect("the resource asks for more");
/// assert_eq!(step_up.acr_values(), ["myACR", "otherACR"]);
/// let options = AuthorizationOptions::new().scope(["openid"]).step_up(&step_up);
/// # Ok::<(), identity_model::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StepUp {
    acr_values: Vec<String>,
    max_age: Option<Duration>,
}

impl StepUp {
    /// What the first challenge `insufficient_user_authentication` demands, whatever its scheme; `None` where there is none.
    ///
    /// # Errors
    /// [`RequestError::Member`] where `max_age` is no number of whole seconds.
    pub fn from_challenges(challenges: &[Challenge]) -> Result<Option<Self>, RequestError> {
        let is_it = |challenge: &&Challenge| challenge.parameter(parameters::ERROR) == Some(error_codes::INSUFFICIENT_USER_AUTHENTICATION);
        let Some(challenge) = challenges.iter().find(is_it) else { return Ok(None) };
        let acr_values = challenge.parameter(parameters::ACR_VALUES).unwrap_or_default();
        let acr_values = acr_values.split_ascii_whitespace().map(str::to_owned).collect();
        let max_age = challenge.parameter(parameters::MAX_AGE).map(seconds).transpose()?;
        Ok(Some(Self { acr_values, max_age }))
    }

    /// `acr_values`, best first; empty where the resource names none.
    pub fn acr_values(&self) -> &[String] {
        &self.acr_values
    }

    /// `max_age`: how long ago the user may have authenticated.
    pub fn max_age(&self) -> Option<Duration> {
        self.max_age
    }
}

fn seconds(text: &str) -> Result<Duration, RequestError> {
    let unfit = || RequestError::Member {
        endpoint: ENDPOINT.into(),
        member: parameters::MAX_AGE,
        expected: "whole seconds from 0 on",
        found: escaped(text, 40),
    };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().map(Duration::from_secs).map_err(|_| unfit()) } else { Err(unfit()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Option<StepUp>, RequestError> {
        StepUp::from_challenges(&Challenge::parse([line]))
    }

    #[test]
    fn the_challenge_is_found_among_others_and_whatever_its_scheme() {
        let line = r#"Basic realm="x", DPoP error="insufficient_user_authentication", max_age=0, error_description="more, please""#;
        let step_up = of(line).unwrap().unwrap();
        assert_eq!((step_up.acr_values(), step_up.max_age()), (&[][..], Some(Duration::ZERO)));
        assert_eq!(of(r#"Bearer error="insufficient_scope", acr_values="a""#).unwrap(), None);
        assert_eq!(of("Bearer").unwrap(), None);
        let bare = of(r#"Bearer error="insufficient_user_authentication""#).unwrap().unwrap();
        assert_eq!(bare, StepUp::default());
    }

    #[test]
    fn a_max_age_that_is_no_number_is_an_error() {
        for max_age in ["", "-1", "+1", "1.5", "soon", "99999999999999999999999"] {
            let error = of(&format!(r#"Bearer error="insufficient_user_authentication", max_age="{max_age}""#)).unwrap_err();
            assert_eq!(error.code(), "malformed_member", "{max_age}");
        }
    }
}
