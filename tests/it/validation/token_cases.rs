//! Every token of `token-cases`, judged as an ID token by a clock that stands still, with every provider.

use crate::corpus::token_cases::Suite;
use crate::jose::crypto_providers;
use crate::vectors;

/// Algorithms that biscuit does not have.
const NOT_BY_BISCUIT: [&str; 2] = ["ES512", "EdDSA"];

#[test]
fn every_verdict_of_the_token_cases() {
    let Some(folder) = vectors::folder("token cases", "token-cases") else { return };
    let mut files: Vec<_> = std::fs::read_dir(folder.join("token-cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    assert!(!files.is_empty());
    for file in files {
        let suite = Suite::parse(&std::fs::read(&file).unwrap()).unwrap();
        assert!(suite.unknown_options().is_empty(), "{:?}", suite.unknown_options());
        for provider in crypto_providers() {
            let mut report = suite.run(Some(&provider));
            if provider.name() == "biscuit" {
                report
                    .disagreements
                    .retain(|one| !NOT_BY_BISCUIT.iter().any(|name| one.to_string().contains(&format!("with {name} is not offered"))));
            }
            println!("{} with {}: {report}", file.display(), provider.name());
            assert!(report.disagreements.is_empty(), "{report}");
            assert!(report.passed > 0);
        }
    }
}
