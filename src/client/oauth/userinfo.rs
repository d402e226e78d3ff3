//! The user endpoint of an OAuth 2.0 server: an address, a member that names the user, and headers, all of the server's own.

use std::sync::Arc;

use super::inner::OAuthInner;
use super::session::OAuthSession;
use crate::client::context::FlowContext;
use crate::constants::metadata;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::Request;
use crate::protocol::userinfo::{ExpectedSubject, UserInfoRequest, UserInfoResponse};
use crate::secret::AccessToken;

pub(crate) fn userinfo(client: &Arc<OAuthInner>, session: OAuthSession) -> Exchange<UserInfoResponse, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let context = FlowContext::load(&client.client, &port).await?;
        session.belongs_to(context.issuer()?, context.client_id())?;
        let expected = session.subject().map_or_else(ExpectedSubject::danger_any, ExpectedSubject::exactly);
        load(&client, &context, session.access_token(), expected, &port).await
    })
}

pub(super) async fn load(
    client: &OAuthInner,
    context: &FlowContext,
    token: &AccessToken,
    expected: ExpectedSubject,
    port: &Port,
) -> Result<UserInfoResponse, Error> {
    let request = UserInfoRequest::builder()
        .environment(context.environment().clone())
        .address(context.endpoint(metadata::USERINFO_ENDPOINT)?)
        .access_token(token)
        .expected_subject(expected)
        .subject_claim(client.user_subject.clone());
    let request = client.user_headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    let request = match context.settings().dpop.as_ref().filter(|dpop| dpop.proves(token)) {
        Some(dpop) => request.build().with_key(&dpop.key),
        None => request.build(),
    };
    Ok(port.perform(request.exchange()).await?)
}
