//! Every rule fails on a small bad example, and lets a similar good one pass.

use super::*;

fn findings(rule: Rule, sources: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<SourceFile> = sources.iter().map(|(name, text)| SourceFile::read(name, text, UNWANTED)).collect();
    rule(&files)
}

#[track_caller]
fn refused(rule: Rule, name: &str, text: &str, at: &str) {
    let found = findings(rule, &[(name, text)]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains(at), "{found:?}");
}

#[track_caller]
fn accepted(rule: Rule, name: &str, text: &str) {
    assert_eq!(findings(rule, &[(name, text)]), Vec::<String>::new());
}

#[test]
fn an_upward_import_is_found_in_every_form() {
    let rule = imports_run_downward;
    refused(rule, "jose/jws.rs", "\nuse crate::protocol::Request;", "src/jose/jws.rs:2: ");
    refused(rule, "jose/jws.rs", "use crate::{document::Document, protocol::{self, token}};", "`protocol` of layer 3");
    refused(rule, "jose/jws.rs", "fn f() -> crate::keys::KeySet { g() }", "`keys` of layer 4");
    refused(rule, "jose/jws.rs", "use super::super::cache::Cache;", "`cache`");
    refused(rule, "jose/mod.rs", "use super::client::OidcClient;", "`client`");
    refused(rule, "jose/mod.rs", "mod inner { use super::super::client::OidcClient; }", "`client`");
    refused(rule, "encoding/form.rs", "macro_rules! m { () => { $crate::jose::Jwk } }", "`jose`");
    refused(rule, "encoding/form.rs", "use crate::document::Document as D;", "`document`");
    refused(rule, "protocol/jwks.rs", "use crate::sessions::MemorySessions;", "`sessions`");
    refused(rule, "cache/mod.rs", "use crate::testing::TestProvider;", "`testing`");
    refused(rule, "jose/jws.rs", "#[cfg(not(test))] use crate::protocol::Request;", "`protocol`");
    refused(rule, "jose/jws.rs", "#[cfg(test)] mod tests { fn f() {} }\nuse crate::protocol::Request;", "jws.rs:2");
    refused(rule, "jose/jws.rs", "use crate::*;", "no room");
}

#[test]
fn downward_imports_tests_comments_and_strings_pass() {
    let rule = imports_run_downward;
    accepted(rule, "protocol/jwks.rs", "use crate::{document::Document, exchange::Step, jose::JwkSet, secret::ClientSecret};");
    accepted(rule, "jose/jws.rs", "//! `crate::protocol::x`\n// use crate::protocol::Request;\nconst A: &str = \"crate::protocol::x\";");
    accepted(rule, "jose/jws.rs", "#[cfg(test)]\nmod tests { use crate::protocol::Request; }");
    accepted(rule, "jose/jws.rs", "#[cfg(test)]\nuse crate::protocol::Request;\nfn f() {}");
    accepted(rule, "jose/jws.rs", "#[cfg(all(test, feature = \"aws-lc-rs\"))]\nmod tests { use crate::protocol::Request; }");
    accepted(rule, "jose/jws.rs", "pub(crate) fn f() { self.protocol::<u8>(); super::jwk::f(); }");
    accepted(rule, "lib.rs", "pub use crate::keys::TokenValidator;");
}

#[test]
fn the_roof_is_named_from_layer_4_on() {
    refused(imports_run_downward, "protocol/jwks.rs", "use crate::error::Error;", "the roof");
    refused(imports_run_downward, "transport/retry.rs", "use crate::error::Error;", "the roof");
    accepted(imports_run_downward, "drive/mod.rs", "use crate::error::Error;");
    accepted(imports_run_downward, "error.rs", "use crate::{cache::CacheError, jose::JoseError, transport::TransportError};");
    refused(imports_run_downward, "error.rs", "use crate::testing::Scripted;", "`testing`");
}

#[test]
fn transport_imports_layer_1_alone_and_serves_layer_4() {
    refused(imports_run_downward, "transport/retry.rs", "use crate::exchange::Step;", "`exchange`");
    refused(imports_run_downward, "transport/retry.rs", "use crate::document::Document;", "`document`");
    accepted(imports_run_downward, "transport/retry.rs", "use crate::environment::Environment;");
    accepted(imports_run_downward, "drive/mod.rs", "use crate::transport::HttpClient;");
    refused(imports_run_downward, "exchange/mod.rs", "use crate::transport::HttpClient;", "moves no bytes");
    refused(imports_run_downward, "exchange/mod.rs", "use crate::transport;", "moves no bytes");
    refused(imports_run_downward, "jose/jwk.rs", "use crate::transport::BodyLimit;", "moves no bytes");
    accepted(imports_run_downward, "exchange/mod.rs", "use crate::transport::{BodyLimit, HttpRequest, Repeat};");
    accepted(imports_run_downward, "exchange/shared_fetch.rs", "use crate::transport::HttpClient;");
    refused(imports_run_downward, "exchange/shared_fetch.rs", "use crate::transport::retry::Retrying;", "moves no bytes");
}

#[test]
fn neighbours_may_not_lean_on_each_other() {
    let circle = [("jose/jws.rs", "use crate::document::Document;"), ("document.rs", "use crate::jose::Jwk;")];
    assert_eq!(findings(neighbours_form_no_circle, &circle).len(), 2);
    assert_eq!(findings(neighbours_form_no_circle, &circle[..1]).len(), 0);
    refused(imports_run_downward, "exchange/mod.rs", "use crate::protocol::Request;", "floor");
}

#[test]
fn a_room_without_a_row_is_found() {
    refused(every_room_is_in_the_table, "attic/box.rs", "", "src/attic");
    refused(every_room_is_in_the_table, "attic.rs", "", "src/attic");
    refused(imports_run_downward, "drive/mod.rs", "use crate::attic::Box;", "`crate::attic`");
    accepted(every_room_is_in_the_table, "secret.rs", "");
}

#[test]
fn crates_outside_their_home_are_found() {
    let rule = crates_stay_at_home;
    refused(rule, "drive/mod.rs", "fn f(client: reqwest::Client) {}", "`reqwest` is named outside transport/");
    refused(rule, "drive/mod.rs", "fn f() -> ::reqwest::Client {}", "`reqwest`");
    refused(rule, "jose/jws.rs", "use biscuit::jws::Secret;", "`biscuit`");
    refused(rule, "jose/crypto/biscuit_more.rs", "use biscuit::jws::Secret;", "`biscuit`");
    refused(rule, "validation/claims.rs", "fn f() { std::time::SystemTime::now(); }", "`SystemTime::now`");
    refused(rule, "drive/mod.rs", "use tokio::time::sleep;", "`tokio`");
    accepted(rule, "transport/reqwest_client.rs", "use reqwest::Client;");
    accepted(rule, "jose/crypto/biscuit.rs", "use biscuit::jws::Secret;");
    accepted(rule, "jose/crypto/mod.rs", "#[cfg(feature = \"biscuit\")] mod biscuit;\nfn f() { biscuit::provider() }");
    accepted(rule, "drive/mod.rs", "#[cfg(feature = \"reqwest\")] use crate::transport::reqwest::ReqwestClient;");
}

#[test]
fn unfinished_work_is_found() {
    let rule = nothing_is_unfinished;
    refused(rule, "jose/jws.rs", "fn f() { todo!() }", "`todo!`");
    refused(rule, "jose/jws.rs", "fn f() { std::println!(\"x\") }", "`println!`");
    refused(rule, "jose/jws.rs", "// FIXME later\nfn f() {}", "jws.rs:1: `FIXME`");
    refused(rule, "jose/jws.rs", "#[allow(dead_code)]\nfn f() {}", "`#[allow(`");
    accepted(
        rule,
        "jose/jws.rs",
        "/// Says todo! in prose.\nfn f() { writeln!(out, \"x\"); }\n#[cfg(test)]\nmod tests { fn f() { println!(\"x\") } }",
    );
}

#[test]
fn a_long_file_is_found_and_tests_do_not_count() {
    let body = |lines: usize| "// one line\n".repeat(lines);
    refused(files_are_short, "jose/jws.rs", &body(LENGTH + 1), "401 lines");
    accepted(files_are_short, "jose/jws.rs", &format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", body(LENGTH), body(100)));
}

#[test]
fn logic_in_a_table_of_contents_is_found() {
    let rule = contents_hold_no_logic;
    refused(rule, "jose/mod.rs", "mod jwk;\npub use jwk::{Jwk, Kind};\nfn f() {}", "jose/mod.rs:3: `fn`");
    refused(rule, "jose/mod.rs", "/// Doc.\n#[derive(Debug)]\npub struct Jwk;", "`struct`");
    refused(rule, "jose/mod.rs", "pub(crate) const A: u8 = 1;", "`const`");
    refused(rule, "jose/mod.rs", "mod inline { fn f() {} }", "`mod`");
    refused(rule, "lib.rs", "macro_rules! m { () => {} }", "`macro_rules`");
    accepted(
        rule,
        "jose/mod.rs",
        "//! Doc.\n#![cfg_attr(docsrs, feature(doc_cfg))]\n#[cfg(feature = \"x\")]\npub(crate) mod a;\npub use a::{b, c::{D, E}};",
    );
    accepted(rule, "jose/mod.rs", "mod a;\n#[cfg(test)]\nmod tests { fn f() {} }");
    accepted(rule, "jose/jwk.rs", "fn f() {}");
    accepted(rule, "transport/mod.rs", "pub trait HttpClient {}");
}

#[test]
fn a_file_without_its_opening_line_is_found() {
    refused(files_open_with_docs, "jose/jws.rs", "use crate::secret;", "jose/jws.rs");
    accepted(files_open_with_docs, "jose/jws.rs", "//! JSON Web Signature (RFC 7515).");
}

#[test]
fn a_hole_in_the_lint_wall_is_found() {
    let whole: String = ["lints.rust", "lints.rustdoc", "lints.clippy"]
        .iter()
        .map(|section| {
            let lints = WALL.iter().filter(|(of, ..)| of == section).map(|(_, lint, level)| format!("{lint} = \"{level}\"\n"));
            format!("[{section}]\n{}\n", lints.collect::<String>())
        })
        .collect();
    assert_eq!(the_wall_stands(&whole), Vec::<String>::new());
    assert_eq!(the_wall_stands(&whole.replace("missing_docs = \"deny\"", "missing_docs = \"warn\"")).len(), 1);
    assert_eq!(the_wall_stands("").len(), WALL.len());
}

#[test]
fn a_circle_of_files_is_found_in_every_form() {
    let circle = |sources: &[(&str, &str)], at: &str| {
        let found = findings(files_form_no_circle, sources);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(at), "{found:?}");
    };
    let contents = ("jose/mod.rs", "mod jwk;\nmod jws;\npub use jwk::Jwk;\npub(crate) use jws::Jws as Signed;\nuse jws::Part;");
    let jwk = |text| ("jose/jwk.rs", text);
    let jws = |text| ("jose/jws.rs", text);
    circle(&[jwk("use super::jws::Jws;"), jws("use super::jwk::Jwk;")], "src/jose/jwk.rs -> src/jose/jws.rs -> src/jose/jwk.rs");
    circle(&[contents, jwk("use super::Signed;"), jws("use crate::jose::Jwk;")], "src/jose/jwk.rs -> src/jose/jws.rs");
    circle(&[contents, jwk("use super::Part;"), jws("fn f(key: super::Jwk) {}")], "src/jose/jwk.rs -> src/jose/jws.rs");
    circle(&[contents, jwk("use crate::jose::{Jwk, jws::Jws};"), jws("use super::jwk::{self};")], "src/jose/jws.rs");
    circle(&[jwk("macro_rules! m { () => { $crate::jose::jws::Jws } }"), jws("use super::jwk::Jwk;")], "src/jose/jws.rs");
    // A file beside the folder of its parts.
    circle(&[jwk("mod part;\nfn f() { part::g() }"), ("jose/jwk/part.rs", "use super::Jwk;")], "src/jose/jwk/part.rs");
    circle(&[("jose/a.rs", "use super::b::B;"), ("jose/b.rs", "use super::c::C;"), ("jose/c.rs", "use super::a::A;")], "src/jose/b.rs -> ");
}

#[test]
fn what_leads_nowhere_back_passes() {
    let rule = files_form_no_circle;
    let passes = |sources: &[(&str, &str)]| assert_eq!(findings(rule, sources), Vec::<String>::new());
    passes(&[("jose/jwk.rs", "use super::jws::Jws;"), ("jose/jws.rs", "use super::material::Material;"), ("jose/material.rs", "")]);
    passes(&[("jose/mod.rs", "mod jwk;\npub use jwk::Jwk;"), ("jose/jwk.rs", "use super::jws;")]);
    passes(&[("jose/jwk.rs", "mod part;\npub use part::Part;"), ("jose/jwk/part.rs", "use super::Jwk;")]);
    passes(&[("jose/jwk.rs", "use super::jws::Jws;"), ("jose/jws.rs", "#[cfg(test)] mod tests { use super::super::jwk::Jwk; }")]);
    passes(&[("jose/jwk.rs", "use crate::document::Document;"), ("document.rs", "")]);
}

#[test]
fn a_page_with_another_layer_table_is_found() {
    let shows = |text: &str| pages_show_the_layers(&[("page", text.to_owned())]).is_empty();
    let row = |(layer, rooms): &(u8, &[&str])| {
        let rooms: Vec<&str> = rooms.iter().copied().filter(|room| !PRIVATE_ROOMS.contains(room)).collect();
        format!("//! {layer}  {}    what they are\n", rooms.join(" · "))
    };
    let same: String = LAYERS.iter().map(row).collect();
    assert!(shows(&same));
    assert!(shows(&same.replace("//! ", "")));
    assert!(!shows(&same.replace(" · testing", "")));
    assert!(!shows(&same.replace(" · testing", " · testing · profile")));
    assert!(!shows(&same.replacen("//! 5", "//! 6", 1)));
    assert!(!shows(""));
}

#[test]
fn a_room_of_the_table_that_does_not_exist_is_found() {
    let missing = findings(rooms_of_the_table_exist, &[("jose/mod.rs", "")]);
    assert!(missing.iter().any(|found| found.contains("src/document:")));
    assert!(!missing.iter().any(|found| found.contains("src/jose:")));
}

#[test]
fn a_name_that_only_the_glossary_has_is_found() {
    let glossary = "| `Gone`, `Here` | a term | none |\n| term | `Other` | none |";
    assert_eq!(the_glossary_names_what_exists(glossary, "pub struct Here<T> {\n// struct Going"), ["Gone"]);
    assert_eq!(the_glossary_names_what_exists(glossary, "pub trait Here {}\npub(crate) enum Gone {}"), Vec::<String>::new());
}
