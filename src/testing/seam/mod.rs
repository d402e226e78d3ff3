//! Does an HTTP client keep the promises of the [seam](crate::transport)? A check that can be run against any client.
//!
//! ```no_run
//! # use identity_model::transport::ReqwestClient as MyClient;
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let my_client = MyClient::new()?;
//! identity_model::testing::seam::check_http_client(&my_client).await.assert_passed();
//! # Ok(())
//! # }
//! ```

mod checks;
mod report;
mod run;
mod server;

pub use report::{SeamFailure, SeamReport};
pub use run::{check_blocking_http_client, check_http_client};
