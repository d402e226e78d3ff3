//! The provider's metadata as a client sees it.

use std::sync::Arc;

use super::inner::ClientInner;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::discovery::DiscoveryDocumentResponse;

pub(crate) fn discovery(client: &Arc<ClientInner>) -> Exchange<DiscoveryDocumentResponse, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move { client.document(&port).await })
}
