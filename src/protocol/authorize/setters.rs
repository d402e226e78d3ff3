//! The setters of what an authorization request may ask for, for every builder that takes it.

/// Adds the setters to a type that keeps an [`Asked`] in its member `asked`: `authorization_setters!([generics] Type)`.
macro_rules! authorization_setters {
    ([$($generics:tt)*] $target:ty) => {
        impl $($generics)* $target {
            /// The scopes asked for. Default: none, which leaves them to the server.
            pub fn scope(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
                self.asked.scope = scopes.into_iter().map(Into::into).collect();
                self
            }

            /// How the response is returned. Default: the server's choice, [`ResponseType::default_mode`](crate::protocol::authorize::ResponseType::default_mode).
            pub fn response_mode(mut self, mode: crate::protocol::authorize::ResponseMode) -> Self {
                self.asked.response_mode = Some(mode);
                self
            }

            /// How the server shall show its pages. Default: its choice.
            pub fn display(mut self, display: crate::protocol::authorize::Display) -> Self {
                self.asked.display = Some(display);
                self
            }

            /// What the user shall be asked. Default: the server's choice.
            pub fn prompt(mut self, prompt: impl IntoIterator<Item = crate::protocol::authorize::Prompt>) -> Self {
                self.asked.prompt = prompt.into_iter().collect();
                self
            }

            /// How long ago the user may have authenticated, in whole seconds. Default: any time.
            pub fn max_age(mut self, age: std::time::Duration) -> Self {
                self.asked.max_age = Some(age);
                self
            }

            /// The languages of the pages, best first, as BCP 47 tags. Default: the server's choice.
            pub fn ui_locales(mut self, locales: impl IntoIterator<Item = impl Into<String>>) -> Self {
                self.asked.ui_locales = locales.into_iter().map(Into::into).collect();
                self
            }

            /// The languages of the claims, best first, as BCP 47 tags. Default: the server's choice.
            pub fn claims_locales(mut self, locales: impl IntoIterator<Item = impl Into<String>>) -> Self {
                self.asked.claims_locales = locales.into_iter().map(Into::into).collect();
                self
            }

            /// Who is about to log in. Default: not named.
            pub fn login_hint(mut self, hint: impl Into<String>) -> Self {
                self.asked.login_hint = Some(hint.into());
                self
            }

            /// An ID token issued before, of the user who is about to log in. Default: none.
            pub fn id_token_hint(mut self, token: impl Into<crate::secret::SecretText>) -> Self {
                self.asked.id_token_hint = Some(token.into());
                self
            }

            /// The authentication contexts asked for, best first. Default: none.
            pub fn acr_values(mut self, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
                self.asked.acr_values = values.into_iter().map(Into::into).collect();
                self
            }

            /// The single claims asked for (OpenID Connect Core 1.0 section 5.5). Default: those of the scopes.
            pub fn claims(mut self, claims: impl Into<crate::protocol::authorize::ClaimsRequest>) -> Self {
                self.asked.claims = Some(claims.into());
                self
            }

            /// What the token is to allow, in detail (RFC 9396). Default: nothing beyond the scopes.
            pub fn authorization_details(
                mut self,
                details: impl IntoIterator<Item = crate::protocol::authorization_details::AuthorizationDetail>,
            ) -> Self {
                self.asked.authorization_details = details.into_iter().collect();
                self
            }

            /// The resources that the token is for (RFC 8707): absolute URIs without a fragment.
            pub fn resource(mut self, resources: impl IntoIterator<Item = impl Into<String>>) -> Self {
                self.asked.resource = resources.into_iter().map(Into::into).collect();
                self
            }

            /// Resources that are no URIs: a GUID or a word, as Azure AD v1 and AD FS know their relying parties. Sent as `resource`, after
            /// those of [`resource`](Self::resource), unchecked. Default: none.
            pub fn resource_names(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
                self.asked.resource_names = names.into_iter().map(Into::into).collect();
                self
            }

            /// The thumbprint of the DPoP key that the code is bound to (RFC 9449 section 10). Default: not bound.
            pub fn dpop_jkt(mut self, thumbprint: impl Into<String>) -> Self {
                self.asked.dpop_jkt = Some(thumbprint.into());
                self
            }

            /// What a resource demands of the user's authentication (RFC 9470): its `acr_values` and `max_age`, where it names them, in the
            /// place of those set before.
            pub fn step_up(mut self, step_up: &crate::protocol::authorize::StepUp) -> Self {
                self.asked.step_up(step_up);
                self
            }
        }
    };
}

/// The setters for parameters without one of their own.
macro_rules! extra_setters {
    ([$($generics:tt)*] $target:ty) => {
        impl $($generics)* $target {
            /// An extra parameter. One that has a setter of its own, or stands for a request object or a credential, is rejected; an empty
            /// value is not sent.
            pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self.asked.extras.0.push(crate::protocol::parameters::Extra::one(name.into(), value.into()));
                self
            }

            /// An extra parameter that is sent once for each of `values`.
            pub fn parameter_values<V: Into<String>>(mut self, name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
                let values = values.into_iter().map(Into::into).collect();
                self.asked.extras.0.push(crate::protocol::parameters::Extra::several(name.into(), values));
                self
            }
        }
    };
}

/// The setter that takes all options at once.
macro_rules! options_setter {
    ([$($generics:tt)*] $target:ty) => {
        impl $($generics)* $target {
            /// All options at once, in the place of those set before.
            pub fn options(mut self, options: crate::protocol::authorize::AuthorizationOptions) -> Self {
                self.asked = options.asked;
                self
            }
        }
    };
}

pub(crate) use {authorization_setters, extra_setters, options_setter};
