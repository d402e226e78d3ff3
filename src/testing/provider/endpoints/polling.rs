//! The grants that are polled for: device code (RFC 8628 section 3.4) and CIBA (CIBA Core 1.0 section 10.1).

use super::token_response;
use crate::testing::provider::TestClient;
use crate::testing::provider::parties::client_login::Delivery;
use crate::testing::provider::state::flows::{Pending, Polled};
use crate::testing::provider::state::store::Store;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::ErrorResponse;
use crate::transport::HttpResponse;

pub(super) fn device_code(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<HttpResponse, ErrorResponse> {
    poll(call, client, &call.shared.flows.devices, form.required("device_code")?)
}

pub(super) fn ciba(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<HttpResponse, ErrorResponse> {
    if client.login.delivery == Delivery::Push {
        return Err(ErrorResponse::oauth("unauthorized_client", "the client gets its tokens pushed"));
    }
    poll(call, client, &call.shared.flows.backchannel, form.required("auth_req_id")?)
}

fn poll(call: &Call<'_>, client: &TestClient, waiting: &Store<Pending>, name: &str) -> Result<HttpResponse, ErrorResponse> {
    let now = call.shared.config.environment.clock().now();
    let polled = waiting.with(name, |pending| (pending.grant.client_id == client.id).then(|| pending.poll(now))).flatten();
    let unknown = || ErrorResponse::oauth("invalid_grant", "there is no such request, or it was answered before");
    match polled.ok_or_else(unknown)? {
        Polled::Refused(code) => Err(ErrorResponse::oauth(code, "no tokens yet, or none at all")),
        Polled::Granted(grant) => {
            waiting.take(name).ok_or_else(unknown)?;
            token_response::user_token_response(call, *grant)
        }
    }
}
