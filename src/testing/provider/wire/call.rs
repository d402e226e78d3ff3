//! One request at one endpoint.

use serde_json::{Map, Value};

use crate::testing::provider::faults::change::Change;
use crate::testing::provider::mint::draft::TokenDraft;
use crate::testing::provider::state::shared::{Config, Shared};
use crate::testing::provider::{ForgedKind, Forgery, ProviderEndpoint};
use crate::transport::HttpRequest;

/// One request at one endpoint.
pub(in crate::testing::provider) struct Call<'a> {
    pub(in crate::testing::provider) shared: &'a Shared,
    pub(in crate::testing::provider) request: &'a HttpRequest,
    pub(in crate::testing::provider) forgeries: Vec<(ForgedKind, Forgery)>,
    pub(in crate::testing::provider) changes: &'a [Change],
    /// What an endpoint adds to the metadata beside its address.
    pub(in crate::testing::provider) metadata: fn(ProviderEndpoint, &Config) -> Map<String, Value>,
}

impl Call<'_> {
    /// Changes the parameters of a response as faults ask for, before they are signed or after.
    pub(in crate::testing::provider) fn edit_parameters(&self, parameters: &mut Vec<(String, String)>, are_signed: bool) {
        for change in self.changes {
            match change {
                Change::Parameters(edit) if !are_signed => edit(parameters),
                Change::SentParameters(edit) if are_signed => edit(parameters),
                _ => {}
            }
        }
    }

    /// The token with every forgery that a fault asks for.
    pub(in crate::testing::provider) fn forged(&self, kind: ForgedKind, token: TokenDraft) -> TokenDraft {
        self.forgeries.iter().filter(|(forged, _)| *forged == kind).fold(token, |token, (_, forgery)| token.forge(forgery))
    }
}
