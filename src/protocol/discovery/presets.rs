//! Presets: the policies that real providers need, each as narrow as its real document allows.
//!
//! Every preset sets `authority`, so that nothing else is believed, and names what it tolerates: [`DiscoveryPolicy::tolerances`]. A preset
//! is adjusted by [`DiscoveryPolicy::to_builder`].

use super::address_syntax_error::AddressSyntaxError;
use super::metadata::MetadataProfile;
use super::policy::DiscoveryPolicy;
use super::strategy::{IssuerTemplateStrategy, OneOfIssuersStrategy};
use super::text::{Form, HttpUrl, without_slash};

/// The tenant of personal Microsoft accounts, which `consumers` stands for.
const ENTRA_CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

impl DiscoveryPolicy {
    /// Google. Tolerates endpoints on `oauth2.googleapis.com`, `openidconnect.googleapis.com` and key sets on `www.googleapis.com`.
    pub fn google() -> Self {
        Self::builder()
            .authority("https://accounts.google.com")
            .additional_endpoint_base_address("https://oauth2.googleapis.com")
            .additional_endpoint_base_address("https://openidconnect.googleapis.com/v1")
            .additional_endpoint_base_address("https://www.googleapis.com/oauth2")
            .build()
    }

    /// Microsoft Entra, version 2.0. `tenant` is a tenant's identifier (not its domain: documents name the identifier), `common`,
    /// `organizations` or `consumers`.
    ///
    /// Tolerates endpoints elsewhere below the tenant and `https://graph.microsoft.com/oidc`; for `common` and `organizations` the issuer
    /// template `https://login.microsoftonline.com/{tenantid}/v2.0`, so that tokens of every tenant are accepted by issuer; for `consumers`
    /// the issuer of personal accounts.
    ///
    /// # Errors
    /// [`AddressSyntaxError::PresetArgument`] where `tenant` is no path segment.
    pub fn entra(tenant: &str) -> Result<Self, AddressSyntaxError> {
        let tenant = segment("tenant", tenant)?;
        let root = format!("https://login.microsoftonline.com/{tenant}");
        let builder = Self::builder()
            .authority(format!("{root}/v2.0"))
            .additional_endpoint_base_address(root)
            .additional_endpoint_base_address("https://graph.microsoft.com/oidc");
        Ok(match tenant {
            "common" | "organizations" => builder
                .authority_validation_strategy(IssuerTemplateStrategy::new("https://login.microsoftonline.com/{tenantid}/v2.0")?)
                .build(),
            "consumers" => builder
                .authority_validation_strategy(OneOfIssuersStrategy::new([format!(
                    "https://login.microsoftonline.com/{ENTRA_CONSUMERS}/v2.0"
                )]))
                .build(),
            _ => builder.build(),
        })
    }

    /// Microsoft Entra, version 1.0, for one tenant by its identifier, or for `common` or `organizations`. Tolerates endpoints below the tenant,
    /// and the key set of `common`, on `login.microsoftonline.com`; for many tenants the issuer template
    /// `https://sts.windows.net/{tenantid}/`, which stands on another host than its document.
    ///
    /// # Errors
    /// [`AddressSyntaxError::PresetArgument`] where `tenant` is no path segment.
    pub fn entra_v1(tenant: &str) -> Result<Self, AddressSyntaxError> {
        let tenant = segment("tenant", tenant)?;
        if matches!(tenant, "common" | "organizations") {
            let builder = Self::builder().authority(format!("https://login.microsoftonline.com/{tenant}"));
            let builder = builder.additional_endpoint_base_address("https://login.microsoftonline.com/common");
            let template = IssuerTemplateStrategy::new("https://sts.windows.net/{tenantid}/")?;
            return Ok(builder.authority_validation_strategy(template.on_another_host()).build());
        }
        Ok(Self::builder()
            .authority(format!("https://sts.windows.net/{tenant}"))
            .additional_endpoint_base_address(format!("https://login.microsoftonline.com/{tenant}"))
            .additional_endpoint_base_address("https://login.microsoftonline.com/common/discovery")
            .build())
    }

    /// Azure AD B2C at its old address `login.microsoftonline.com`, for one tenant (by identifier) and user flow. Tolerates the issuer
    /// `https://sts.windows.net/{tenant}/`, endpoints elsewhere below the user flow, and the key set of `common`.
    ///
    /// # Errors
    /// [`AddressSyntaxError::PresetArgument`] where an argument is no path segment.
    pub fn azure_b2c_legacy(tenant: &str, user_flow: &str) -> Result<Self, AddressSyntaxError> {
        let root = format!("https://login.microsoftonline.com/{}/{}", segment("tenant", tenant)?, segment("user_flow", user_flow)?);
        Ok(Self::builder()
            .authority(format!("{root}/v2.0"))
            .authority_validation_strategy(OneOfIssuersStrategy::new([format!("https://sts.windows.net/{tenant}/")]))
            .additional_endpoint_base_address(root)
            .additional_endpoint_base_address("https://login.microsoftonline.com/common/discovery")
            .build())
    }

    /// Amazon Cognito: a user pool, and the host of its sign-in pages (`….auth.eu-west-1.amazoncognito.com`, or a custom domain).
    /// Tolerates endpoints on that host.
    ///
    /// # Errors
    /// [`AddressSyntaxError::PresetArgument`] where `region` or `user_pool` is no path segment or `domain` is no host.
    pub fn cognito(region: &str, user_pool: &str, domain: Option<&str>) -> Result<Self, AddressSyntaxError> {
        let (region, user_pool) = (segment("region", region)?, segment("user_pool", user_pool)?);
        let builder = Self::builder().authority(format!("https://cognito-idp.{region}.amazonaws.com/{user_pool}"));
        Ok(match domain {
            Some(domain) => builder.additional_endpoint_base_address(origin("domain", domain)?).build(),
            None => builder.build(),
        })
    }

    /// Auth0, by the host of the tenant or a custom domain. Tolerates nothing.
    ///
    /// # Errors
    /// [`AddressSyntaxError::PresetArgument`] where `domain` is no host.
    pub fn auth0(domain: &str) -> Result<Self, AddressSyntaxError> {
        Ok(Self::builder().authority(format!("{}/", origin("domain", domain)?)).build())
    }

    /// Okta, by the host of the organisation and the authorization server (`default`, …), or none for the organisation's own. With an
    /// authorization server it tolerates the registration endpoint of the organisation, `/oauth2/v1/clients`.
    ///
    /// # Errors
    /// [`AddressSyntaxError::PresetArgument`] where `domain` is no host or `authorization_server` no path segment.
    pub fn okta(domain: &str, authorization_server: Option<&str>) -> Result<Self, AddressSyntaxError> {
        let organisation = origin("domain", domain)?;
        Ok(match authorization_server {
            Some(server) => Self::builder()
                .authority(format!("{organisation}/oauth2/{}", segment("authorization_server", server)?))
                .additional_endpoint_base_address(format!("{organisation}/oauth2/v1/clients"))
                .build(),
            None => Self::builder().authority(organisation).build(),
        })
    }

    /// Descope, by project. Tolerates the project's other addresses on `api.descope.com`, and a document with issuer and keys only.
    ///
    /// # Errors
    /// [`AddressSyntaxError::PresetArgument`] where `project` is no path segment.
    pub fn descope(project: &str) -> Result<Self, AddressSyntaxError> {
        let project = segment("project", project)?;
        Ok(Self::builder()
            .authority(format!("https://api.descope.com/v1/apps/{project}"))
            .additional_endpoint_base_address(format!("https://api.descope.com/{project}"))
            .metadata_profile(MetadataProfile::KeysOnly)
            .build())
    }

    /// Keycloak, by base address (up to and including `/auth`, where there is one) and realm, whose name may hold blanks and other characters.
    /// Tolerates nothing. For a server that the application reaches by another name than browsers do, `base` is the outer address, and
    /// [`metadata_address`](super::DiscoveryPolicyBuilder::metadata_address) says the inner one.
    ///
    /// # Errors
    /// [`AddressSyntaxError`] where `base` is no address, [`AddressSyntaxError::PresetArgument`] where `realm` is empty or dots alone.
    pub fn keycloak(base: &str, realm: &str) -> Result<Self, AddressSyntaxError> {
        HttpUrl::parse(base, Form::Address)?;
        Ok(Self::builder().authority(format!("{}/realms/{}", without_slash(base), encoded_segment("realm", realm)?)).build())
    }

    /// Authentik, by base address and application. Tolerates the endpoints that all applications share, one each.
    ///
    /// # Errors
    /// [`AddressSyntaxError`] where `base` is no address, [`AddressSyntaxError::PresetArgument`] where `application` is no path segment.
    pub fn authentik(base: &str, application: &str) -> Result<Self, AddressSyntaxError> {
        HttpUrl::parse(base, Form::Address)?;
        let shared = format!("{}/application/o", without_slash(base));
        let builder = Self::builder().authority(format!("{shared}/{}/", segment("application", application)?));
        let endpoints = ["authorize", "token", "userinfo", "introspect", "revoke", "device"];
        Ok(endpoints
            .into_iter()
            .fold(builder, |builder, endpoint| builder.additional_endpoint_base_address(format!("{shared}/{endpoint}")))
            .build())
    }

    /// Kubernetes service-account tokens, by the cluster's issuer and, where it differs, the base address of the API server that serves the
    /// keys. Tolerates that base address, and a document with issuer and keys only.
    ///
    /// # Errors
    /// [`AddressSyntaxError`] where an argument is no address.
    pub fn kubernetes(issuer: &str, api_server: Option<&str>) -> Result<Self, AddressSyntaxError> {
        HttpUrl::parse(issuer, Form::Address)?;
        let builder = Self::builder().authority(issuer).metadata_profile(MetadataProfile::KeysOnly);
        Ok(match api_server {
            Some(base) => {
                HttpUrl::parse(base, Form::Address)?;
                builder.additional_endpoint_base_address(base).build()
            }
            None => builder.build(),
        })
    }

    /// GitHub Actions of an enterprise whose tokens name it in their issuer, by its slug: `https://token.actions.githubusercontent.com/{slug}`.
    /// Metadata and keys are those that all of GitHub Actions share.
    ///
    /// # Errors
    /// [`AddressSyntaxError::PresetArgument`] where `slug` is no path segment.
    pub fn github_actions_enterprise(slug: &str) -> Result<Self, AddressSyntaxError> {
        const ROOT: &str = "https://token.actions.githubusercontent.com";
        let slug = Some(segment("slug", slug)?).filter(|slug| !slug.is_empty()).ok_or(AddressSyntaxError::PresetArgument("slug"))?;
        let issuer = format!("{ROOT}/{slug}");
        let builder = Self::github_actions().to_builder().authority(issuer.as_str()).metadata_address(ROOT);
        Ok(builder.metadata_member("issuer", issuer).build())
    }

    /// GitHub Actions of a GitHub Enterprise Server, by its host. Tolerates a document with issuer and keys only.
    ///
    /// # Errors
    /// [`AddressSyntaxError::PresetArgument`] where `host` is no host.
    pub fn github_enterprise_server(host: &str) -> Result<Self, AddressSyntaxError> {
        let authority = format!("{}/_services/token", origin("host", host)?);
        Ok(Self::builder().authority(authority).metadata_profile(MetadataProfile::KeysOnly).build())
    }

    /// GitHub Actions. Tolerates a document with issuer and keys only.
    pub fn github_actions() -> Self {
        Self::builder().authority("https://token.actions.githubusercontent.com").metadata_profile(MetadataProfile::KeysOnly).build()
    }

    /// Dropbox. Tolerates the token endpoint on `api.dropboxapi.com`.
    pub fn dropbox() -> Self {
        Self::builder().authority("https://www.dropbox.com").additional_endpoint_base_address("https://api.dropboxapi.com/oauth2").build()
    }

    /// LinkedIn. Tolerates the userinfo endpoint on `api.linkedin.com`.
    pub fn linkedin() -> Self {
        Self::builder().authority("https://www.linkedin.com/oauth").additional_endpoint_base_address("https://api.linkedin.com/v2").build()
    }

    /// Facebook. Its document names no token endpoint: the preset brings it, on `graph.facebook.com`. Tolerates the authorization endpoint on
    /// `facebook.com`.
    pub fn facebook() -> Self {
        Self::builder()
            .authority("https://www.facebook.com")
            .additional_endpoint_base_address("https://facebook.com/dialog/oauth")
            .metadata_member("token_endpoint", "https://graph.facebook.com/oauth/access_token")
            .build()
    }
}

/// One segment of a path, or one label of a host: unreserved characters, not dots alone.
fn segment<'a>(argument: &'static str, text: &'a str) -> Result<&'a str, AddressSyntaxError> {
    let is_segment = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)) && !text.bytes().all(|b| b == b'.');
    is_segment.then_some(text).ok_or(AddressSyntaxError::PresetArgument(argument))
}

/// A name as one segment of a path, its characters escaped where they have to be (RFC 3986 section 3.3).
fn encoded_segment(argument: &'static str, text: &str) -> Result<String, AddressSyntaxError> {
    if text.bytes().all(|byte| byte == b'.') || text.chars().any(char::is_control) {
        return Err(AddressSyntaxError::PresetArgument(argument));
    }
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    Ok(text.bytes().map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect())
}

/// `https://` and a host, with or without a port.
fn origin(argument: &'static str, host: &str) -> Result<String, AddressSyntaxError> {
    let origin = format!("https://{host}");
    let is_origin = HttpUrl::parse(&origin, Form::Address).is_ok_and(|url| url.path().is_empty());
    is_origin.then_some(origin).ok_or(AddressSyntaxError::PresetArgument(argument))
}
