//! Runs the provider for tests on a loopback port, for trying a client by hand.
//!
//! Needs nothing: `cargo run --example provider`. It prints where it is and whom it knows, and runs until standard input is closed
//! (Ctrl-D) or it is interrupted. `--tls` listens with a certificate made on the spot and prints the authority to trust; `--once` stops
//! right after printing.

use std::error::Error;
use std::io::Read;

use identity_model::testing::{ProviderEndpoint, TestProvider};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = arguments.iter().find(|argument| !["--tls", "--once"].contains(&argument.as_str())) {
        return Err(format!("unknown argument `{unknown}`; there are --tls and --once").into());
    }
    let has = |argument: &str| arguments.iter().any(|given| given == argument);

    let provider = TestProvider::new();
    let listener = if has("--tls") { provider.listen_tls()? } else { provider.listen()? };

    println!("issuer:        {}", provider.issuer());
    println!("client id:     {}", TestProvider::CLIENT_ID);
    println!("client secret: {}", TestProvider::CLIENT_SECRET);
    println!("user:          {}", TestProvider::SUBJECT);
    for endpoint in [ProviderEndpoint::Discovery, ProviderEndpoint::Jwks, ProviderEndpoint::Token, ProviderEndpoint::UserInfo] {
        println!("{:14} {}", format!("{endpoint}:"), provider.address(endpoint));
    }
    println!("a token for userinfo: {}", provider.access_token_for_user(TestProvider::SUBJECT).expose());
    if let Some(pem) = listener.certificate_pem() {
        println!("authority to trust:\n{pem}");
    }
    if !has("--once") {
        println!("running until standard input is closed");
        std::io::stdin().read_to_end(&mut Vec::new())?;
        println!("answered {} requests", provider.recorded().len());
    }
    Ok(())
}
