//! The list of mutants, as cargo-mutants writes it (`--list --json`).

use std::process::Command;

use serde_json::Value;

use crate::Failure;
use crate::options::Options;

/// One change of one place.
#[derive(Debug, Clone)]
pub(crate) struct Mutant {
    /// File, line, column and change, as cargo-mutants names it.
    pub(crate) name: String,
    /// The file, from the root of the repository.
    pub(crate) file: String,
    pub(crate) kind: Kind,
    /// Whether the function around it hides the type that it returns (`impl Trait`).
    pub(crate) hides_type: bool,
    /// What stands there instead; empty where something is deleted.
    pub(crate) replacement: String,
    /// Line and column of the place, from 1, in characters; the end is the first that is left alone.
    pub(crate) start: (usize, usize),
    pub(crate) end: (usize, usize),
}

/// What kind of place is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    FnValue,
    BinaryOperator,
    UnaryOperator,
    MatchArm,
    MatchArmGuard,
    StructField,
}

impl Mutant {
    /// The name without line and column: what stays the same when lines are added above.
    pub(crate) fn stable_name(&self) -> String {
        let (place, change) = self.name.split_once(": ").unwrap_or(("", &self.name));
        let file = place.split(':').next().unwrap_or(place);
        format!("{file}: {change}")
    }

    /// The room, as the tables of the documentation name it.
    pub(crate) fn room(&self) -> String {
        let parts: Vec<&str> = self.file.trim_start_matches("src/").split('/').collect();
        match parts.as_slice() {
            [room @ ("protocol" | "transport"), inner, _, ..] => format!("{room}/{inner}/"),
            [room, _, ..] => format!("{room}/"),
            _ => self.file.clone(),
        }
    }

    fn read(value: &Value) -> Option<Self> {
        let text = |member: &Value| member.as_str().map(str::to_owned);
        let position = |member: &Value| Some((number(&member["line"])?, number(&member["column"])?));
        let kind = match value["genre"].as_str()? {
            "FnValue" => Kind::FnValue,
            "BinaryOperator" => Kind::BinaryOperator,
            "UnaryOperator" => Kind::UnaryOperator,
            "MatchArm" => Kind::MatchArm,
            "MatchArmGuard" => Kind::MatchArmGuard,
            "StructField" => Kind::StructField,
            _ => return None,
        };
        Some(Self {
            name: text(&value["name"])?,
            file: text(&value["file"])?,
            kind,
            hides_type: value["function"]["return_type"].as_str().is_some_and(|returned| returned.contains("impl ")),
            replacement: text(&value["replacement"])?,
            start: position(&value["span"]["start"])?,
            end: position(&value["span"]["end"])?,
        })
    }
}

fn number(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|number| usize::try_from(number).ok())
}

/// Every mutant that the configuration and the arguments select.
pub(crate) fn list(options: &Options) -> Result<Vec<Mutant>, Failure> {
    let output = Command::new("cargo")
        .args(["mutants", "--list", "--json", "--package", "identity-model"])
        .args(&options.selection)
        .current_dir(&options.root)
        .output()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let missing = complaint.contains("no such command");
        return Err(if missing {
            "cargo-mutants writes the list and is not installed; `cargo install --locked cargo-mutants` brings it".to_owned()
        } else {
            format!("cargo mutants --list: {complaint}")
        });
    }
    let list: Vec<Value> =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("the list of mutants cannot be read: {error}"))?;
    list.iter().map(|value| Mutant::read(value).ok_or_else(|| format!("the list holds a mutant that is not understood: {value}"))).collect()
}
