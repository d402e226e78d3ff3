//! The issuer and where its endpoints are.

use std::collections::HashMap;

use url::Url;

use crate::testing::provider::ProviderEndpoint;
use crate::testing::provider::state::endpoint_table::{ENDPOINTS, EndpointRow, Location};

/// The issuer and where its endpoints are.
pub(in crate::testing::provider) struct Addresses {
    pub(in crate::testing::provider) issuer: String,
    rows: Vec<(Url, &'static EndpointRow)>,
}

impl Addresses {
    /// Fails with the address that is none.
    pub(in crate::testing::provider) fn new(issuer: &str, moved: &HashMap<ProviderEndpoint, String>) -> Result<Self, String> {
        let parse = |address: &str| Url::parse(address).ok().filter(Url::has_host).ok_or_else(|| address.to_owned());
        let base = parse(issuer)?;
        let path = base.path().trim_end_matches('/').to_owned();
        let mut rows = Vec::new();
        for row in ENDPOINTS {
            let mut url = base.clone();
            match row.location {
                Location::AfterIssuer(suffix) => url.set_path(&format!("{path}{suffix}")),
                Location::Around(prefix, suffix) => url.set_path(&format!("{prefix}{path}{suffix}")),
                Location::AtOrigin(whole) => url.set_path(whole),
                Location::BeforePath(prefix) => url.set_path(&format!("{prefix}{path}")),
            }
            let url = moved.get(&row.endpoint).map_or(Ok(url), |address| parse(address))?;
            rows.push((url, row));
        }
        Ok(Self { issuer: issuer.to_owned(), rows })
    }

    /// The endpoint behind a whole URL; query and fragment aside.
    pub(in crate::testing::provider) fn at(&self, url: &Url) -> Option<&'static EndpointRow> {
        self.rows.iter().find(|(own, _)| own.origin() == url.origin() && own.path() == url.path()).map(|(_, row)| *row)
    }

    /// The endpoint behind a path on any host: for a listener, which may be called by many names.
    pub(in crate::testing::provider) fn at_path(&self, path: &str) -> Option<&'static EndpointRow> {
        self.rows.iter().find(|(own, _)| own.path() == path).map(|(_, row)| *row)
    }

    /// Whether anything of the provider is at the URL's origin.
    pub(in crate::testing::provider) fn knows_origin(&self, url: &Url) -> bool {
        self.rows.iter().any(|(own, _)| own.origin() == url.origin())
    }

    /// The address of an endpoint.
    pub(in crate::testing::provider) fn of(&self, endpoint: ProviderEndpoint) -> Option<&Url> {
        self.rows.iter().find(|(_, row)| row.endpoint == endpoint).map(|(url, _)| url)
    }
}
