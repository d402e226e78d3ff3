//! A parameter that the caller adds to a message.

/// An extra parameter that the caller adds.
#[derive(Clone)]
pub(crate) struct Extra {
    pub(super) name: String,
    pub(super) values: Vec<String>,
    pub(super) several: bool,
}

impl Extra {
    pub(crate) fn one(name: String, value: String) -> Self {
        Self { name, values: vec![value], several: false }
    }

    pub(crate) fn several(name: String, values: Vec<String>) -> Self {
        Self { name, values, several: true }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Those that are sent.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(String::as_str).filter(|value| !value.is_empty())
    }
}
