//! The parameters of a message: an ordered list in which nothing is said twice or against itself.

use super::error::RequestError;
use super::excerpt::escaped;
pub(crate) use super::extra_parameter::Extra;
use crate::constants::parameters;
use crate::encoding::form::Form;

/// Builds the list: the request's own members first, then the caller's extras.
#[derive(Clone, Default)]
pub(crate) struct Parameters {
    list: Form,
    /// What the request says elsewhere (in a header) and an extra must not contradict.
    elsewhere: Form,
}

/// May stand several times in one message (RFC 8707 section 2, RFC 8693 section 2.1).
const REPEATABLE: [&str; 2] = [parameters::RESOURCE, parameters::AUDIENCE];

/// Belong to the client authentication alone: exactly one mechanism in a request (RFC 6749 section 2.3).
const AUTHENTICATION: [&str; 3] = [parameters::CLIENT_SECRET, parameters::CLIENT_ASSERTION, parameters::CLIENT_ASSERTION_TYPE];

impl Parameters {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A member of the request; an empty value is not sent.
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.list.push(name, value);
        }
    }

    pub(crate) fn add_all<'a>(&mut self, name: &str, values: impl IntoIterator<Item = &'a str>) {
        for value in values {
            self.add(name, value);
        }
    }

    /// Whether a member of the request says this very value.
    pub(crate) fn states(&self, name: &str, value: &str) -> bool {
        self.list.all(name).any(|stated| stated == value)
    }

    /// A member that the request states outside of the list: an extra of that name must say the same.
    pub(crate) fn stated_elsewhere(&mut self, name: &str, value: &str) {
        self.elsewhere.push(name, value);
    }

    /// Adds the caller's extras and ends the list.
    ///
    /// An extra that says again what is there is dropped, one that says something else is an error.
    pub(crate) fn finish(self, extras: &[Extra]) -> Result<Form, RequestError> {
        if extras.is_empty() {
            return Ok(self.list);
        }
        let mut list = self.list.clone();
        for extra in extras {
            self.check(extra, &list)?;
            for value in extra.values.iter().filter(|value| !value.is_empty()) {
                let is_member = self.list.all(&extra.name).any(|stated| stated == value);
                let stands = list.all(&extra.name).any(|stated| stated == value);
                if !is_member && (extra.several || !stands) {
                    list.push(extra.name.as_str(), value.as_str());
                }
            }
        }
        Ok(list)
    }

    fn check(&self, extra: &Extra, list: &Form) -> Result<(), RequestError> {
        let name = extra.name.as_str();
        let reject = |problem: &str| Err(RequestError::configuration(format!("parameter `{}`", escaped(name, 100)), problem));
        if name.is_empty() {
            return reject("has an empty name");
        }
        if AUTHENTICATION.contains(&name) {
            return reject("belongs to the client authentication, which is set by `.authentication(…)`");
        }
        if REPEATABLE.contains(&name) {
            return Ok(());
        }
        let values = || extra.values.iter().filter(|value| !value.is_empty());
        if values().any(|value| self.list.all(name).chain(self.elsewhere.all(name)).any(|stated| stated != value)) {
            return reject("is stated by the request itself, with another value");
        }
        if values().any(|value| list.all(name).any(|stated| stated != value)) {
            return reject("was added before with another value; to send several values use `.parameter_values(…)`");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, value: &str) -> Extra {
        Extra::one(name.to_owned(), value.to_owned())
    }

    fn finish(extras: &[Extra]) -> Result<Form, RequestError> {
        let mut parameters = Parameters::new();
        parameters.add("grant_type", "client_credentials");
        parameters.add("scope", "read");
        parameters.add_all("resource", ["https://one", "https://two"]);
        parameters.finish(extras)
    }

    fn names(list: &Form) -> Vec<&str> {
        list.iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn h13_order_is_kept_and_an_empty_value_is_not_sent() {
        let list = finish(&[one("zeta", "1"), one("empty", ""), one("alpha", "2")]).unwrap();
        assert_eq!(names(&list), ["grant_type", "scope", "resource", "resource", "zeta", "alpha"]);
    }

    #[test]
    fn h13_the_same_value_is_not_sent_twice() {
        let list = finish(&[one("scope", "read")]).unwrap();
        assert_eq!(names(&list), ["grant_type", "scope", "resource", "resource"]);
    }

    #[test]
    fn h13_another_value_for_a_typed_parameter_is_an_error_that_names_it() {
        let error = finish(&[one("scope", "write")]).unwrap_err();
        assert!(error.to_string().contains("`scope`"), "{error}");
        let error = finish(&[one("custom", "1"), one("custom", "2")]).unwrap_err();
        assert!(error.to_string().contains("`custom`"), "{error}");
    }

    #[test]
    fn h13_resource_may_repeat_and_a_custom_name_only_by_the_setter_for_several() {
        let list =
            finish(&[one("resource", "https://three"), Extra::several("tag".to_owned(), vec!["a".to_owned(), "b".to_owned()])]).unwrap();
        assert_eq!(names(&list), ["grant_type", "scope", "resource", "resource", "resource", "tag", "tag"]);
    }

    #[test]
    fn h13_several_values_do_not_say_a_member_again() {
        let several =
            |name: &str, values: &[&str]| Extra::several(name.to_owned(), values.iter().map(|value| (*value).to_owned()).collect());
        let list = finish(&[several("scope", &["read"]), several("resource", &["https://one", "https://four"])]).unwrap();
        assert_eq!(names(&list), ["grant_type", "scope", "resource", "resource", "resource"]);
        assert!(finish(&[several("grant_type", &["client_credentials", "password"])]).is_err());
    }

    #[test]
    fn h13_what_a_header_says_is_not_contradicted() {
        let with = |value: &str| {
            let mut parameters = Parameters::new();
            parameters.stated_elsewhere("client_id", "a");
            parameters.finish(&[one("client_id", value)])
        };
        assert_eq!(names(&with("a").unwrap()), ["client_id"]);
        assert!(with("b").is_err());
    }

    #[test]
    fn a2_an_authentication_parameter_is_refused_among_the_extras() {
        for name in ["client_secret", "client_assertion", "client_assertion_type"] {
            assert!(finish(&[one(name, "x")]).unwrap_err().to_string().contains(name));
        }
    }
}
