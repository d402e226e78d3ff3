//! The grants that are polled for: device code (RFC 8628 section 3.4) and CIBA (CIBA Core 1.0 section 10.1).

use super::token;
use crate::testing::provider::TestClient;
use crate::testing::provider::client_login::Delivery;
use crate::testing::provider::flows::{Pending, Polled};
use crate::testing::provider::refusal::Refusal;
use crate::testing::provider::request::Form;
use crate::testing::provider::routes::Call;
use crate::testing::provider::store::Store;
use crate::transport::HttpResponse;

pub(super) fn device_code(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<HttpResponse, Refusal> {
    poll(call, client, &call.shared.flows.devices, form.required("device_code")?)
}

pub(super) fn ciba(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<HttpResponse, Refusal> {
    if client.login.delivery == Delivery::Push {
        return Err(Refusal::oauth("unauthorized_client", "the client gets its tokens pushed"));
    }
    poll(call, client, &call.shared.flows.backchannel, form.required("auth_req_id")?)
}

fn poll(call: &Call<'_>, client: &TestClient, waiting: &Store<Pending>, name: &str) -> Result<HttpResponse, Refusal> {
    let now = call.shared.config.environment.clock().now();
    let polled = waiting.with(name, |pending| (pending.grant.client_id == client.id).then(|| pending.poll(now))).flatten();
    let unknown = || Refusal::oauth("invalid_grant", "there is no such request, or it was answered before");
    match polled.ok_or_else(unknown)? {
        Polled::Refused(code) => Err(Refusal::oauth(code, "no tokens yet, or none at all")),
        Polled::Granted(grant) => {
            waiting.take(name).ok_or_else(unknown)?;
            token::user_token_response(call, *grant)
        }
    }
}
