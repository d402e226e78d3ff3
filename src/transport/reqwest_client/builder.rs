//! The settings of a client, async or blocking.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, COOKIE, HOST, PROXY_AUTHORIZATION, REFERER, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue};
use zeroize::Zeroizing;

use super::ReqwestClient;
use super::certificates::{self, ClientCertificate, Root, configuration};
use super::client::Settings;
use super::guard::{Guard, SystemResolver};
use crate::secret::SecretText;
use crate::transport::{NameResolver, TransportError, TransportSettings};

/// Collects the settings of a [`ReqwestClient`], or of its blocking twin.
///
/// What is set here wins over the environment; what is not set comes from there (see [`TransportSettings`]), or is the default that
/// each setter names. Wrong settings come out as an error of [`build`](Self::build), never as a panic.
///
/// # Example
/// ```
/// use identity_model::transport::{ReqwestClient, TransportSettings};
///
/// let http = ReqwestClient::builder()
///     .settings(TransportSettings::default())   // instead of the environment
///     .no_proxy()
///     .default_header("x-tenant", "reports")
///     .build()?;
/// # let _ = http;
/// # Ok::<(), identity_model::transport::TransportError>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct ReqwestClientBuilder {
    settings: Option<TransportSettings>,
    timeout: Option<Duration>,
    user_agent: String,
    headers: Vec<(String, SecretText)>,
    roots: Vec<Root>,
    only_these_roots: bool,
    client_certificate: Option<ClientCertificate>,
    proxy: Proxy,
    resolver: Option<Arc<dyn NameResolver>>,
    denies_private: bool,
}

#[derive(Clone)]
enum Proxy {
    System,
    None,
    All(SecretText),
}

/// What a default header must not set: the library owns the first ones, HTTP itself the rest.
const REFUSED: [HeaderName; 8] = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE, REFERER, HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING];

impl ReqwestClientBuilder {
    pub(super) fn new() -> Self {
        Self {
            settings: None,
            timeout: None,
            user_agent: concat!("identity-model/", env!("CARGO_PKG_VERSION")).to_owned(),
            headers: Vec::new(),
            roots: Vec::new(),
            only_these_roots: false,
            client_certificate: None,
            proxy: Proxy::System,
            resolver: None,
            denies_private: false,
        }
    }

    /// Settings to take instead of reading the environment. Default: the environment of the process.
    pub fn settings(mut self, settings: TransportSettings) -> Self {
        self.settings = Some(settings);
        self
    }

    /// How long one attempt may take, connect, headers and body together; above zero. Default `HTTP_TIMEOUT`, else 30 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The `User-Agent` of every request. Default `identity-model/` and its version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// A header of every request that does not bring it itself. Never shown. `Authorization`, `Proxy-Authorization`, `Cookie`, `Referer`
    /// and the headers of HTTP's own framing are refused when the client is built. Default none.
    pub fn default_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), SecretText::new(value)));
        self
    }

    /// One or more root certificates in PEM to trust beside the system's (or the environment's). Default none.
    pub fn root_certificate_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.roots.push(Root::Pem(pem.as_ref().to_vec()));
        self
    }

    /// A root certificate in DER to trust beside the system's (or the environment's). Default none.
    pub fn root_certificate_der(mut self, der: impl AsRef<[u8]>) -> Self {
        self.roots.push(Root::Der(der.as_ref().to_vec()));
        self
    }

    /// Trusts the root certificates added here alone, neither the system's nor the environment's. Default off.
    pub fn only_added_root_certificates(mut self) -> Self {
        self.only_these_roots = true;
        self
    }

    /// The client certificate for mutual TLS (RFC 8705) in PEM: the certificate, its intermediates and the private key (PKCS#8, PKCS#1 or
    /// SEC1, not encrypted) in one text. Default none.
    pub fn client_certificate_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.client_certificate = Some(ClientCertificate::Pem(Zeroizing::new(pem.as_ref().to_vec())));
        self
    }

    /// The client certificate for mutual TLS (RFC 8705) in DER: the chain from the client's own certificate on, and its private key
    /// (PKCS#8, PKCS#1 or SEC1). Default none.
    pub fn client_certificate_der(mut self, chain: impl IntoIterator<Item = impl AsRef<[u8]>>, key: impl AsRef<[u8]>) -> Self {
        let chain = chain.into_iter().map(|certificate| certificate.as_ref().to_vec()).collect();
        self.client_certificate = Some(ClientCertificate::Der { chain, key: Zeroizing::new(key.as_ref().to_vec()) });
        self
    }

    /// Sends every request through this proxy (`http://[user:password@]host:port`; never shown), whatever the environment says.
    /// Default the system's.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Proxy::All(SecretText::new(url));
        self
    }

    /// Uses no proxy, whatever the environment says. Default the system's, but none to this machine itself.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Proxy::None;
        self
    }

    /// Connects to addresses of the public internet alone: what a host resolves to is checked, and the very addresses that were checked are
    /// connected to. A name with one private address among public ones is refused, so is a literal address. For clients that call addresses
    /// which metadata, registration or users bring. Default off.
    ///
    /// Private are all ranges that [`AddressClass`](crate::encoding::address_class::AddressClass) names but the public one, loopback and
    /// documentation included. A proxy would look names up itself, so the system's is not used, and one that is set here is a configuration
    /// error. A refusal is of kind
    /// [`TransportErrorKind::ForbiddenAddress`](crate::transport::TransportErrorKind::ForbiddenAddress).
    pub fn deny_private_addresses(mut self) -> Self {
        self.denies_private = true;
        self
    }

    /// Finds the addresses of names. Default the system's resolver.
    pub fn name_resolver(mut self, resolver: impl NameResolver + 'static) -> Self {
        self.resolver = Some(Arc::new(resolver));
        self
    }

    /// Builds the async client.
    ///
    /// # Errors
    /// [`TransportErrorKind::Configuration`](crate::transport::TransportErrorKind::Configuration) naming what is wrong: an environment
    /// variable, a certificate, a header, the proxy. Missing root certificates of the system are no error here.
    pub fn build(self) -> Result<ReqwestClient, TransportError> {
        let settings = match &self.settings {
            Some(settings) => settings.clone(),
            None => TransportSettings::from_environment()?,
        };
        let timeout = self.timeout.unwrap_or_else(|| settings.timeout());
        if timeout.is_zero() {
            return Err(configuration("the time-out of a client must be longer than zero"));
        }
        let mut roots = certificates::explicit(&self.roots)?;
        let mut only_these = self.only_these_roots;
        if only_these && roots.is_empty() {
            return Err(configuration("only added root certificates are to be trusted, but none was added"));
        }
        if let (false, Some(bundle)) = (only_these, settings.named_ca_bundle()) {
            roots.extend(certificates::bundle(bundle)?);
            only_these = true;
        }
        if self.denies_private && matches!(self.proxy, Proxy::All(_)) {
            return Err(configuration("a client that denies private addresses cannot use a proxy, which looks names up itself"));
        }
        let (client, missing_roots) = self.client(roots.clone(), only_these)?;
        let direct = match self.proxy {
            Proxy::System if !self.denies_private && system_may_name_a_proxy() => {
                Some(self.clone().no_proxy().client(roots, only_these)?.0)
            }
            _ => None,
        };
        let settings =
            Settings { timeout, client_certificate: self.client_certificate.is_some(), missing_roots, denies_private: self.denies_private };
        Ok(ReqwestClient::assembled(client, direct, settings))
    }

    /// Builds the blocking client.
    ///
    /// # Errors
    /// As [`build`](Self::build); and when called inside an async task, where the async client is the one to use.
    #[cfg(feature = "blocking")]
    pub fn build_blocking(self) -> Result<super::BlockingReqwestClient, TransportError> {
        super::BlockingReqwestClient::around(|| self.build())
    }

    /// The client, and why an https request cannot be made if the system has no root certificates: then it is built with an empty set,
    /// so that plain http to a loopback address still works. A second failure has another cause and is the caller's to see.
    fn client(&self, roots: Vec<reqwest::Certificate>, only_these: bool) -> Result<(reqwest::Client, Option<Arc<str>>), TransportError> {
        let failed = |error: reqwest::Error| configuration("the HTTP client cannot be set up").with_source(error.without_url());
        if only_these {
            let client = self.configured()?.tls_certs_only(roots).build().map_err(failed)?;
            return Ok((client, None));
        }
        match self.configured()?.tls_certs_merge(roots.clone()).build() {
            Ok(client) => Ok((client, None)),
            Err(_) if roots.is_empty() => {
                let client = self.configured()?.tls_certs_only([]).build().map_err(failed)?;
                Ok((client, Some("the system has none".into())))
            }
            Err(error) => Err(failed(error)),
        }
    }

    fn configured(&self) -> Result<reqwest::ClientBuilder, TransportError> {
        let user_agent = HeaderValue::from_str(&self.user_agent).map_err(|_| configuration("the user agent is no header value"))?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_rustls()
            .tls_version_min(reqwest::tls::Version::TLS_1_2)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .user_agent(user_agent)
            .default_headers(self.default_headers()?);
        if let Some(certificate) = &self.client_certificate {
            builder = builder.identity(certificates::identity(certificate)?);
        }
        if self.denies_private || self.resolver.is_some() {
            let resolver = self.resolver.clone().unwrap_or_else(|| Arc::new(SystemResolver));
            builder = builder.dns_resolver(Arc::new(Guard { resolver, denies_private: self.denies_private }));
        }
        Ok(match &self.proxy {
            Proxy::System if self.denies_private => builder.no_proxy(),
            Proxy::System => builder,
            Proxy::None => builder.no_proxy(),
            Proxy::All(url) => {
                let proxy = reqwest::Proxy::all(url.expose()).map_err(|_| configuration("the address of the proxy is no URL"))?;
                builder.no_proxy().proxy(proxy)
            }
        })
    }

    fn default_headers(&self) -> Result<HeaderMap, TransportError> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let parsed = HeaderName::from_bytes(name.as_bytes());
            let name = parsed.map_err(|_| configuration("the name of a default header is no header name"))?;
            if REFUSED.contains(&name) {
                return Err(configuration(&format!("`{name}` must not be a default header")));
            }
            let value = HeaderValue::from_str(value.expose());
            let mut value = value.map_err(|_| configuration(&format!("the value of the default header `{name}` is no header value")))?;
            value.set_sensitive(true);
            headers.append(name, value);
        }
        Ok(headers)
    }
}

/// On these systems the settings of the desktop count as well.
const HAS_SETTINGS: bool = cfg!(any(windows, target_os = "macos"));

fn system_may_name_a_proxy() -> bool {
    let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    HAS_SETTINGS || names.into_iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

impl fmt::Debug for ReqwestClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|header| &header.0).collect();
        f.debug_struct("ReqwestClientBuilder")
            .field("timeout", &self.timeout)
            .field("user_agent", &self.user_agent)
            .field("default_headers", &names)
            .field("added_root_certificates", &self.roots.len())
            .field("only_added_root_certificates", &self.only_these_roots)
            .field("client_certificate", &self.client_certificate.is_some())
            .field("deny_private_addresses", &self.denies_private)
            .finish_non_exhaustive()
    }
}
