//! Pushed tokens, believed once the validator has judged their ID token (CIBA Core 1.0 section 10.3.1).

use super::TokenValidator;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::backchannel_notification::{PushedTokens, UncheckedPush};

impl UncheckedPush {
    /// Validates the ID token with a validator for ID tokens of the provider, fetching keys where it has to.
    ///
    /// # Errors
    /// As [`TokenValidator::validate`]; kind `Configuration` where the validator's rules are for another kind of token.
    ///
    /// # Example
    /// ```
    /// use identity_model::keys::{ProviderKeys, TokenValidator};
    /// use identity_model::protocol::backchannel_notification::{AwaitedAuthentication, NotificationReceiver, PushNotice};
    /// use identity_model::testing::{TestClient, TestProvider, TestUser};
    /// use identity_model::validation::TokenValidationOptions;
    /// # use identity_model::protocol::backchannel_authentication::{AuthenticationHint, BackchannelAuthenticationRequest};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let client = TestClient::new("till").secret("s3cret").pushed_to("https://till.example.com/ciba");
    /// let provider = TestProvider::builder().client(client).user(TestUser::new("alice")).build();
    /// # let pending = BackchannelAuthenticationRequest::builder()
    /// #     .address(format!("{}/backchannel", provider.issuer()))
    /// #     .client_id("till")
    /// #     .authentication(identity_model::ClientAuthentication::secret_basic("s3cret"))
    /// #     .hint(AuthenticationHint::LoginHint("alice".to_owned()))
    /// #     .scope(["openid"])
    /// #     .client_notification_token("8d67dc78")
    /// #     .send(&provider)
    /// #     .await?;
    /// # provider.approve_backchannel(pending.request_id().expose(), "alice");
    /// # let request = provider.backchannel_push(pending.request_id().expose(), |token| token);
    /// let options = TokenValidationOptions::id_token().issuer(provider.issuer()).audience("till").build();
    /// let validator = TokenValidator::with_options(ProviderKeys::new(provider.issuer(), provider.clone()), options);
    /// let receiver = NotificationReceiver::new([AwaitedAuthentication::new(pending.request_id(), "8d67dc78")]);
    ///
    /// let PushNotice::Tokens(push) = receiver.receive_push(&request)? else { panic!("no tokens") };
    /// let outcome = push.validated_by(&validator).await;
    /// let response = push.response(&outcome); // 204, or 400
    /// assert_eq!(outcome?.validated_id_token().subject(), Some("alice"));
    /// # assert_eq!(response.status(), 204);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn validated_by(&self, validator: &TokenValidator) -> Result<PushedTokens, Error> {
        validator.drive(self.validation(validator)).await
    }

    /// The twin of [`validated_by`](Self::validated_by) on the calling thread.
    ///
    /// # Errors
    /// As [`validated_by`](Self::validated_by).
    pub fn validated_by_blocking(&self, validator: &TokenValidator) -> Result<PushedTokens, Error> {
        validator.drive_blocking(self.validation(validator))
    }

    /// The same, to be driven by hand.
    pub fn validation(&self, validator: &TokenValidator) -> Exchange<PushedTokens, Error> {
        let (this, validator) = (self.clone(), validator.clone());
        Exchange::new(|port: Port| async move {
            let options = this.options(validator.options())?;
            let id_token = validator.run(this.id_token().into(), &options, &port).await?;
            Ok(this.checked(id_token, port.now()))
        })
    }
}
