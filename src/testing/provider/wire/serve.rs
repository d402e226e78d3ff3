//! From a request to what the provider does about it; how that looks, memory and socket say each for itself.

use std::time::Duration;

use http::header::ALLOW;
use http::{HeaderValue, StatusCode};

use crate::testing::provider::Gate;
use crate::testing::provider::faults::change::Change;
use crate::testing::provider::faults::edits;
use crate::testing::provider::state::endpoint_table::EndpointRow;
use crate::testing::provider::state::shared::Shared;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::response::empty_response;
use crate::testing::provider::wire::{dpop, routes};
use crate::transport::{HttpRequest, HttpResponse};

/// What the provider does about a request.
pub(in crate::testing::provider) struct Reaction {
    pub(in crate::testing::provider) delay: Duration,
    pub(in crate::testing::provider) gates: Vec<Gate>,
    pub(in crate::testing::provider) outcome: Outcome,
}

pub(in crate::testing::provider) enum Outcome {
    Answer(HttpResponse),
    /// The response, of which the first half gets through.
    Cut(HttpResponse),
    Refused,
    Silence,
}

impl Shared {
    /// Answers a request to a route, or to an address where there is none.
    pub(in crate::testing::provider) fn react(&self, request: &HttpRequest, row: Option<&EndpointRow>) -> Reaction {
        let Some(row) = row else {
            self.log.add(None, request);
            return Reaction { delay: Duration::ZERO, gates: Vec::new(), outcome: Outcome::Answer(empty_response(StatusCode::NOT_FOUND)) };
        };
        let changes = self.next_changes(row.endpoint);
        if changes.iter().any(|change| matches!(change, Change::Refuse)) {
            return Reaction { delay: delay(&changes), gates: gates(&changes), outcome: Outcome::Refused };
        }
        self.log.add(Some(row.endpoint), request);
        let response = edits::stand_in(&changes).unwrap_or_else(|| self.answer(request, row, &changes));
        let response = edits::edit(response, &changes);
        let silent = changes.iter().any(|change| matches!(change, Change::Silence));
        let cut = changes.iter().any(|change| matches!(change, Change::Cut));
        let outcome = match response {
            _ if silent => Outcome::Silence,
            response if cut => Outcome::Cut(response),
            response => Outcome::Answer(response),
        };
        Reaction { delay: delay(&changes), gates: gates(&changes), outcome }
    }

    fn answer(&self, request: &HttpRequest, row: &EndpointRow, changes: &[Change]) -> HttpResponse {
        if !row.methods.contains(request.method()) {
            let mut response = empty_response(StatusCode::METHOD_NOT_ALLOWED);
            let allowed: Vec<&str> = row.methods.iter().map(http::Method::as_str).collect();
            if let Ok(value) = HeaderValue::try_from(allowed.join(", ")) {
                response.headers_mut().insert(ALLOW, value);
            }
            return response;
        }
        if changes.iter().any(|change| matches!(change, Change::RotateKeys)) {
            self.keys.rotate();
        }
        let forgeries = changes.iter().filter_map(|change| match change {
            Change::Forge(kind, forgery) => Some((*kind, forgery.clone())),
            _ => None,
        });
        let call = Call { shared: self, request, forgeries: forgeries.collect(), changes, metadata: routes::metadata };
        let answer = dpop::check(&call, row.endpoint).and_then(|()| routes::answer(row.endpoint)(&call));
        let mut response = answer.unwrap_or_else(|error| error.into_response());
        dpop::add_nonce(&call, row.endpoint, &mut response);
        response
    }
}

fn gates(changes: &[Change]) -> Vec<Gate> {
    let gates = changes.iter().filter_map(|change| match change {
        Change::Hold(gate) => Some(gate.clone()),
        _ => None,
    });
    gates.collect()
}

fn delay(changes: &[Change]) -> Duration {
    changes.iter().fold(Duration::ZERO, |sum, change| match change {
        Change::Delay(duration) => sum.saturating_add(*duration),
        _ => sum,
    })
}
