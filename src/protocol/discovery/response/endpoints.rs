//! The endpoints of a document: found once, each judged by the policy when it is first asked for, the verdict remembered.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::constants::metadata;
use crate::document::Document;
use crate::encoding::json::JsonValue;
use crate::encoding::work;
use crate::protocol::discovery::metadata::is_endpoint;
use crate::protocol::discovery::{DiscoveryPolicy, Endpoint, PolicyViolation, PolicyViolationKind};

/// The endpoints of one document, in its order.
#[derive(Debug)]
pub(super) struct Endpoints {
    members: Vec<Member>,
    places: HashMap<String, usize>,
}

/// One endpoint: its name (`mtls_endpoint_aliases.…` for an alias), what stands there and what the policy says of it.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    found: MemberValue,
    pub(super) verdict: OnceLock<Result<Endpoint, PolicyViolation>>,
}

#[derive(Debug)]
enum MemberValue {
    Text(String),
    /// Another type than `expected`.
    Other {
        expected: &'static str,
    },
}

impl Endpoints {
    pub(super) fn of(document: &Document) -> Self {
        let mut members = Vec::new();
        for (name, value) in document.visible().filter(|(_, value)| !value.is_null()) {
            if name == metadata::MTLS_ENDPOINT_ALIASES {
                match value.members() {
                    Some(aliases) => members
                        .extend(aliases.filter(|(_, value)| !value.is_null()).map(|(alias, value)| Member::of(alias_name(&alias), value))),
                    None => members.push(Member::new(name.into_owned(), MemberValue::Other { expected: "an object" })),
                }
            } else if is_endpoint(&name) && !is_blank_key_set(&name, value) {
                members.push(Member::of(name.into_owned(), value));
            }
        }
        let mut places = HashMap::with_capacity(members.len());
        for (place, member) in members.iter().enumerate() {
            work::add(1 + member.name.len());
            places.entry(member.name.clone()).or_insert(place);
        }
        Self { members, places }
    }

    /// The endpoint of this name; where two have it, the first.
    pub(super) fn named(&self, name: &str) -> Option<&Member> {
        work::add(1 + name.len());
        self.members.get(*self.places.get(name)?)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Member> {
        self.members.iter()
    }
}

impl Member {
    fn of(name: String, value: JsonValue<'_>) -> Self {
        let found = value.as_str().map_or(MemberValue::Other { expected: "a string" }, |text| MemberValue::Text(text.into_owned()));
        Self::new(name, found)
    }

    fn new(name: String, found: MemberValue) -> Self {
        Self { name, found, verdict: OnceLock::new() }
    }

    /// What `policy` says of it.
    pub(super) fn check(&self, policy: &DiscoveryPolicy, authority: &str) -> Result<Endpoint, PolicyViolation> {
        match &self.found {
            MemberValue::Text(text) => policy.check_endpoint(&self.name, text, authority),
            MemberValue::Other { expected } => Err(PolicyViolation::new(PolicyViolationKind::WrongType, &self.name).expecting([*expected])),
        }
    }
}

/// A blank `jwks_uri` is a missing one.
pub(super) fn is_blank_key_set(name: &str, value: JsonValue<'_>) -> bool {
    name == metadata::JWKS_URI && value.as_str().is_some_and(|text| text.trim().is_empty())
}

pub(super) fn alias_name(alias: &str) -> String {
    format!("{}.{alias}", metadata::MTLS_ENDPOINT_ALIASES)
}
