//! A request that goes nowhere.

use identity_model::protocol::token::ClientCredentialsTokenRequest;
use identity_model::transport::BlockingHttpClient;

fn send(http: &dyn BlockingHttpClient) {
    let _ = ClientCredentialsTokenRequest::builder().client_id("reports").send_blocking(http);
}

fn main() {
    let _ = send;
}
