//! Prints the public interface that a rustdoc JSON file describes, one item a line, and holds it to its promises. Blanket, auto-trait and
//! derived impls stay out.

use std::collections::BTreeSet;
use std::error::Error;

/// Crates whose types may be in a signature: a new major version of one of them is a breaking change here.
const FOREIGN: &[(&str, &str)] = &[
    ("axum_core", "the integration `integrations::axum`, behind its feature"),
    ("bytes", "bodies at the HTTP seam"),
    ("http", "requests, responses, statuses and headers at the HTTP seam"),
    ("reqwest", "the two constructors `danger_from_client`, behind the feature `reqwest`"),
    ("serde_core", "`Serialize` and `Deserialize` of what an application keeps"),
    ("serde_json", "JSON values that an application hands in or reads"),
    ("tower_layer", "the integration `integrations::tower`, behind its feature"),
    ("tower_service", "the integration `integrations::tower`, behind its feature"),
    ("url", "addresses that a browser is sent to"),
    ("zeroize", "what was opened with a sealing key, wiped when it is dropped"),
];

/// Enums that can be matched without a wildcard, and structs whose fields are public: each with the reason why it can never grow.
const EXHAUSTIVE: &[(&str, &str)] = &[
    ("identity_model::encoding::json::JsonKind", "RFC 8259 section 3 has these kinds of values and no other"),
    ("identity_model::encoding::unique_id::UniqueIdFormat", "a caller chooses a format and never matches one"),
    ("identity_model::exchange::Moment", "a program that drives an exchange by hand makes one: the time, a monotonic time, random bytes"),
    ("identity_model::exchange::Role", "a driver must handle every role, so a new one has to break it"),
    ("identity_model::jose::HashAlgorithm", "SHA-2 by its three sizes, as the algorithms of RFC 7518 have it"),
    ("identity_model::protocol::authorize::ResponsePlace", "a URL has a query and a fragment, a request has a body"),
    ("identity_model::protocol::client_auth::BasicEncoding", "a caller chooses an encoding and never matches one"),
    ("identity_model::transport::Repeat", "an HTTP client must handle every mark, so a new one has to break it"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: identity-model-public-api FILE.json")?;
    let interface = public_api::Builder::from_rustdoc_json(path)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()?
        .to_string();
    let findings = findings(&interface);
    if !findings.is_empty() {
        return Err(format!("the public interface breaks a promise:\n{}", findings.join("\n")).into());
    }
    print!("{interface}");
    Ok(())
}

/// What an interface must not have: the machinery of builders, types of crates that are not listed, types that can never grow without a
/// reason; and what is listed and no longer there.
fn findings(interface: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for line in interface.lines().filter(|line| is_builder_state(line)) {
        findings.push(format!("the state of a builder can be named: {line}"));
    }
    let foreign: BTreeSet<&str> = interface.lines().flat_map(crates).filter(|name| !OWN.contains(name)).collect();
    findings.extend(differences("a crate in signatures", &foreign, FOREIGN));
    findings.extend(differences("an exhaustive type", &exhaustive(interface), EXHAUSTIVE));
    findings
}

/// This crate, the standard library and its primitive types, which stand in front of a method where a trait is implemented for one.
const OWN: [&str; 5] = ["identity_model", "core", "alloc", "std", "str"];

fn is_builder_state(line: &str) -> bool {
    let is_item = ["pub mod ", "pub struct ", "pub trait ", "pub type "].iter().any(|start| line.starts_with(start));
    line.contains("bon::") || (is_item && line.split('<').next().is_some_and(|head| head.contains("_builder")))
}

/// The crates that paths of a line begin with.
fn crates(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("::") {
        let head = &line[..at];
        let start = head.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |before| before + 1);
        let is_root = !head[..start].ends_with("::") && !head[..start].ends_with('>');
        let name = &head[start..];
        if is_root && name.starts_with(|c: char| c.is_ascii_lowercase()) {
            found.push(name);
        }
    }
    found
}

/// Enums without `#[non_exhaustive]`, and what has public fields without it.
fn exhaustive(interface: &str) -> BTreeSet<&str> {
    let growing: BTreeSet<&str> = interface.lines().filter_map(|line| item(line.strip_prefix("#[non_exhaustive] ")?)).collect();
    let mut found: BTreeSet<&str> = interface.lines().filter(|line| line.starts_with("pub enum ")).filter_map(item).collect();
    for line in interface.lines() {
        let Some((path, _)) = line.strip_prefix("pub identity_model::").and_then(|rest| rest.split_once(": ")) else { continue };
        let path = &line["pub ".len().."pub identity_model::".len() + path.len()];
        let Some((owner, field)) = path.rsplit_once("::") else { continue };
        let is_field = field.starts_with(|c: char| c.is_ascii_lowercase()) && owner.rsplit("::").next().is_some_and(starts_upper);
        let within = owner.rsplit_once("::").is_some_and(|(outer, _)| growing.contains(outer));
        if is_field && !growing.contains(owner) && !within {
            found.insert(owner);
        }
    }
    found
}

fn starts_upper(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}

/// The path of an enum or a struct.
fn item(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub enum ").or_else(|| line.strip_prefix("pub struct "))?;
    rest.split(['<', '(', ' ', '{']).next()
}

fn differences(what: &str, found: &BTreeSet<&str>, listed: &[(&str, &str)]) -> Vec<String> {
    let names: BTreeSet<&str> = listed.iter().map(|(name, _)| *name).collect();
    let new = found.difference(&names).map(|name| format!("{what} that is not listed with a reason: {name}"));
    let gone = names.difference(found).map(|name| format!("{what} that is listed and not there: {name}"));
    new.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_a_promise_is_found() {
        let good: String = FOREIGN.iter().map(|(name, _)| format!("pub fn identity_model::f({name}::T)\n")).collect();
        let good = EXHAUSTIVE.iter().fold(good, |text, (name, _)| text + &format!("pub enum {name}\n"));
        assert_eq!(findings(&good), Vec::<String>::new());
        for (line, words) in [
            ("pub mod identity_model::protocol::jwks::jwks_request_builder", "state of a builder"),
            ("pub struct identity_model::a::a_builder::SetB<S>(_)", "state of a builder"),
            ("pub fn identity_model::f<T: bon::builder_state::IsSet>()", "state of a builder"),
            ("pub fn identity_model::f(core::option::Option<hyper::Body>)", "not listed with a reason: hyper"),
            ("pub enum identity_model::New", "not listed with a reason: identity_model::New"),
            ("pub identity_model::Open::field: bool", "not listed with a reason: identity_model::Open"),
        ] {
            let found = findings(&format!("{good}{line}\n"));
            assert!(found.iter().any(|finding| finding.contains(words)), "{line}: {found:?}");
        }
        for line in [
            "#[non_exhaustive] pub enum identity_model::E\npub identity_model::E::V::field: bool",
            "pub enum identity_model::transport::Repeat",
        ] {
            assert_eq!(findings(&format!("{good}{line}\n")), Vec::<String>::new(), "{line}");
        }
        assert!(findings("").iter().any(|finding| finding.contains("listed and not there")));
    }
}
