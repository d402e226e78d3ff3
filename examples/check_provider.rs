//! Looks at the documents of a provider in a folder: `openid-configuration.json` and `jwks.json`, either of which may be missing.
//!
//! `check_provider [DIR] [--address URL]`. It prints the issuer, what the strict policy says of it and of each endpoint, with the builder
//! call that would allow what is rejected, which required members are missing, and which keys are usable or skipped and why. Without an
//! address the document's own issuer is taken as such; without a folder a small sample is looked at. The exit status is 1 where a
//! document cannot be read, and 2 where there is none.

#[path = "support/provider_files.rs"]
mod provider_files;

use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

const DOCUMENT: &str = r#"{
    "issuer": "https://login.example.com",
    "authorization_endpoint": "https://login.example.com/authorize",
    "token_endpoint": "https://login.example.com/token",
    "userinfo_endpoint": "https://api.example.net/me",
    "jwks_uri": "https://login.example.com/keys",
    "response_types_supported": ["code"],
    "subject_types_supported": ["public"]
}"#;

const KEY_SET: &str = r#"{"keys": [
    {"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    {"kty": "OKP", "crv": "X25519", "kid": "b", "use": "enc", "x": "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"},
    {"kty": "RSA", "kid": "c", "n": "AQAB", "e": "AQAB"}
]}"#;

struct Arguments {
    folder: Option<String>,
    address: Option<String>,
}

fn main() -> ExitCode {
    let Some(Arguments { folder, address }) = arguments() else {
        eprintln!("usage: check_provider [DIR] [--address URL]");
        return ExitCode::from(2);
    };
    let (document, key_set) = match &folder {
        None => (Some(DOCUMENT.into()), Some(KEY_SET.into())),
        Some(folder) => match (read(folder, "openid-configuration.json"), read(folder, "jwks.json")) {
            (Ok(document), Ok(key_set)) => (document, key_set),
            (Err(error), _) | (_, Err(error)) => {
                eprintln!("{folder}: {error}");
                return ExitCode::from(1);
            }
        },
    };
    if document.is_none() && key_set.is_none() {
        eprintln!("there is neither an openid-configuration.json nor a jwks.json");
        return ExitCode::from(2);
    }
    let findings = provider_files::examine(document.as_deref(), key_set.as_deref(), address.as_deref());
    print!("{}", findings.text);
    ExitCode::from(u8::from(!findings.readable))
}

fn arguments() -> Option<Arguments> {
    let mut found = Arguments { folder: None, address: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--address" => found.address = Some(arguments.next()?),
            _ if found.folder.is_none() && !argument.starts_with('-') => found.folder = Some(argument),
            _ => return None,
        }
    }
    Some(found)
}

/// A file that is not there is no error.
fn read(folder: &str, name: &str) -> std::io::Result<Option<Vec<u8>>> {
    match std::fs::read(Path::new(folder).join(name)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
