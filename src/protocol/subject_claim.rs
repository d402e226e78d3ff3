//! Where a document says whom it is about, for servers that do not call it `sub`.

use serde_json::Value;

use crate::document::Document;

/// The member that names the user in the response of a server: `sub` of OpenID Connect, or another one of an OAuth 2.0 server's own.
///
/// A text, or a whole number (which is written out). Default: `sub`.
///
/// # Example
/// ```
/// use identity_model::protocol::userinfo::SubjectClaim;
///
/// let github = SubjectClaim::from("id");
/// let x = SubjectClaim::path(["data", "id"]);
/// # let _ = (github, x);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectClaim(Vec<String>);

impl SubjectClaim {
    /// A member inside of others, from the outermost on.
    pub fn path(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// Whom `document` is about.
    pub(crate) fn of(&self, document: &Document) -> Option<String> {
        let (first, rest) = self.0.split_first()?;
        let outermost = document.try_get_value(first)?;
        let value = rest.iter().try_fold(&outermost, |value, name| value.get(name))?;
        match value {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) if number.is_u64() || number.is_i64() => Some(number.to_string()),
            _ => None,
        }
    }

    /// The path for an error, its names joined by `.`.
    pub(crate) fn shown(&self) -> String {
        self.0.join(".")
    }
}

impl Default for SubjectClaim {
    fn default() -> Self {
        Self::path(["sub"])
    }
}

impl From<&str> for SubjectClaim {
    fn from(name: &str) -> Self {
        Self::path([name])
    }
}

impl<const N: usize> From<[&str; N]> for SubjectClaim {
    fn from(names: [&str; N]) -> Self {
        Self::path(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_a_text_or_a_whole_number_wherever_it_stands() {
        let document = Document::parse(r#"{"sub":"a","id":583231,"data":{"id":"7"},"half":1.5,"empty":"","list":["x"]}"#).unwrap();
        let of = |path: &[&str]| SubjectClaim::path(path.iter().copied()).of(&document);
        assert_eq!(SubjectClaim::default().of(&document).as_deref(), Some("a"));
        assert_eq!((of(&["id"]).as_deref(), of(&["data", "id"]).as_deref()), (Some("583231"), Some("7")));
        for path in [&["half"][..], &["empty"], &["list"], &["data"], &["data", "x"], &["id", "x"], &[]] {
            assert_eq!(of(path), None, "{path:?}");
        }
    }
}
