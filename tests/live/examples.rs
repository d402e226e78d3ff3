//! The examples as a user runs them, against the server: arguments, environment, exit status.

use std::process::{Command, Output};

use crate::faces::blocking;
use crate::server::{Issuer, SECRET};

const VARIABLES: [&str; 5] = ["DISCO_ADDRESS", "CLIENT_ID", "CLIENT_SECRET", "SCOPE", "TEST_AUDIENCE"];

async fn run(example: &'static str, arguments: Vec<String>, environment: Vec<(&'static str, String)>) -> (Output, String) {
    let output = blocking(move || {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        command.args(["run", "--quiet", "--locked", "--example", example, "--"]).args(arguments);
        for name in VARIABLES {
            command.env_remove(name);
        }
        command.envs(environment).output().unwrap()
    })
    .await;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    (output, told)
}

fn arguments(issuer: &Issuer, secret: &str, resource: &str) -> Vec<String> {
    ["--issuer", &issuer.url, "--client-id", "service-basic", "--client-secret", secret, "--scope", "api:read", "--resource", resource]
        .map(str::to_owned)
        .to_vec()
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_quickstart_does_the_main_job() {
    let issuer = Issuer::shared();
    for (algorithm, resource) in [("RS256", "urn:test:api"), ("ES384", "urn:test:api:ES384")] {
        let (output, told) = run("quickstart", arguments(&issuer, SECRET, resource), Vec::new()).await;
        assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
        assert!(told.contains(&format!("4. validate  {algorithm} signature")), "{told}");
        assert!(told.contains(r#"subject Some("service-basic")"#), "{told}");
        assert!(!told.contains(SECRET), "{told}");
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_quickstart_reads_the_environment() {
    let issuer = Issuer::shared();
    let environment = vec![
        ("DISCO_ADDRESS", format!("{}/.well-known/openid-configuration", issuer.url)),
        ("CLIENT_ID", "service-basic".to_owned()),
        ("CLIENT_SECRET", SECRET.to_owned()),
        ("SCOPE", "api:read".to_owned()),
    ];
    let (output, told) = run("quickstart", Vec::new(), environment).await;
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("4. validate  skipped: the token is opaque"), "{told}");
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_quickstart_fails_with_a_wrong_secret_and_does_not_show_it() {
    let issuer = Issuer::shared();
    let (output, told) = run("quickstart", arguments(&issuer, "a-wrong-secret", "urn:test:api"), Vec::new()).await;
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("failed: ") && told.contains("invalid_client"), "{told}");
    assert!(!told.contains("a-wrong-secret") && !String::from_utf8_lossy(&output.stderr).contains("a-wrong-secret"), "{told}");
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_quickstart_fails_for_another_audience() {
    let issuer = Issuer::shared();
    let mut arguments = arguments(&issuer, SECRET, "urn:test:api");
    arguments.extend(["--audience", "urn:test:other"].map(str::to_owned));
    let (output, told) = run("quickstart", arguments, Vec::new()).await;
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("another audience"), "{told}");
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_blocking_example_does_the_main_job() {
    let issuer = Issuer::shared();
    let (output, told) = run("blocking", arguments(&issuer, SECRET, "urn:test:api:PS256"), Vec::new()).await;
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(told.matches("valid    for subject").count(), 8, "{told}");
}
