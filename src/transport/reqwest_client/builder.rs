//! The settings of a client, async or blocking.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, COOKIE, HOST, PROXY_AUTHORIZATION, REFERER, TRANSFER_ENCODING,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use rustls::pki_types::CertificateDer;
use zeroize::Zeroizing;

use super::certificates::{self, ClientCertificate, Root, configuration};
use super::client::Settings;
use super::guard::{Guard, SystemResolver};
use super::trust::Trust;
use super::{ReqwestClient, decoding, proxy, system};
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
    pool_idle_timeout: Duration,
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
            pool_idle_timeout: Self::POOL_IDLE_TIMEOUT,
        }
    }

    /// How long an idle connection is kept: 4 seconds. Node and Apache close after 5 s, load balancers and other servers after 15 s to 75 s; a
    /// request on a connection that is being closed is lost, and a token request must not be sent twice.
    pub const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(4);

    /// Settings to take instead of reading the environment: its time-out, and its certificates, which then decide nothing about whom the client
    /// trusts. The system's proxy still counts; see [`no_proxy`](Self::no_proxy). Default: the environment of the process.
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
    /// and the headers of HTTP's own framing are rejected when the client is built. Default none.
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

    /// How long an idle connection is kept for the next request; it should be shorter than the server's own time. Zero keeps none. Default
    /// [`POOL_IDLE_TIMEOUT`](Self::POOL_IDLE_TIMEOUT).
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.pool_idle_timeout = timeout;
        self
    }

    /// Sends every request through this proxy (`http://[user:password@]host:port`, or with `https`, `socks4`, `socks4a`, `socks5`, `socks5h`;
    /// never shown), whatever the environment says. Default the system's.
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
    /// connected to. A name with one private address among public ones is rejected, so is a literal address. For clients that call addresses
    /// which metadata, registration or users bring. Default off.
    ///
    /// Private are all ranges that [`AddressClass`](crate::encoding::address_class::AddressClass) names but the public one, loopback and
    /// documentation included. A proxy would look names up itself, so the system's is not used, and one that is set here is a configuration
    /// error. A rejection is of kind
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
        self.build_on(system::roots)
    }

    /// Builds the client on a system with these root certificates (`None`: it verifies by itself).
    fn build_on(self, system: impl FnOnce() -> Option<Vec<CertificateDer<'static>>>) -> Result<ReqwestClient, TransportError> {
        let settings = match &self.settings {
            Some(settings) => settings.clone(),
            None => TransportSettings::from_environment()?,
        };
        let timeout = self.timeout.unwrap_or_else(|| settings.timeout());
        if timeout.is_zero() {
            return Err(configuration("the time-out of a client must be longer than zero"));
        }
        let trust = Trust::of(&self.roots, self.only_these_roots, &settings, system)?;
        if self.denies_private && matches!(self.proxy, Proxy::All(_)) {
            return Err(configuration("a client that denies private addresses cannot use a proxy, which resolves names itself"));
        }
        let roots: Vec<_> = trust.roots.iter().map(certificates::to_reqwest).collect::<Result<_, _>>()?;
        let is_system = matches!(self.proxy, Proxy::System) && !self.denies_private;
        if is_system {
            proxy::check_environment(proxy::variable)?;
        }
        let client = self.client(&roots, trust.by_platform)?;
        let may_name_one = is_system && proxy::system_may_name_one();
        let direct = if may_name_one { Some(self.clone().no_proxy().client(&roots, trust.by_platform)?) } else { None };
        let settings = Settings {
            timeout,
            client_certificate: self.client_certificate.is_some(),
            missing_roots: trust.is_empty(),
            denies_private: self.denies_private,
            proxied: may_name_one || matches!(self.proxy, Proxy::All(_)),
        };
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

    fn client(&self, roots: &[reqwest::Certificate], by_platform: bool) -> Result<reqwest::Client, TransportError> {
        let (builder, roots) = (self.configured()?, roots.iter().cloned());
        let builder = if by_platform { builder.tls_certs_merge(roots) } else { builder.tls_certs_only(roots) };
        builder.build().map_err(|error| configuration("the HTTP client cannot be set up").with_source(error.without_url()))
    }

    fn configured(&self) -> Result<reqwest::ClientBuilder, TransportError> {
        let user_agent = HeaderValue::from_str(&self.user_agent).map_err(|_| configuration("the user agent is not a header value"))?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_rustls()
            .tls_version_min(reqwest::tls::Version::TLS_1_2)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .user_agent(user_agent)
            .default_headers(self.default_headers()?)
            .pool_idle_timeout(self.pool_idle_timeout);
        if self.pool_idle_timeout.is_zero() {
            builder = builder.pool_max_idle_per_host(0);
        }
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
            Proxy::All(url) => builder.no_proxy().proxy(proxy::all(url.expose())?),
        })
    }

    fn default_headers(&self) -> Result<HeaderMap, TransportError> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let parsed = HeaderName::from_bytes(name.as_bytes());
            let name = parsed.map_err(|_| configuration("the name of a default header is not a header name"))?;
            if REFUSED.contains(&name) {
                return Err(configuration(&format!("`{name}` must not be a default header")));
            }
            let value = HeaderValue::from_str(value.expose());
            let mut value = value.map_err(|_| configuration(&format!("the value of the default header `{name}` is not a header value")))?;
            value.set_sensitive(true);
            headers.append(name, value);
        }
        headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static(decoding::ACCEPTED));
        Ok(headers)
    }
}

impl ReqwestClient {
    /// A client with the defaults, as the environment of the process modifies them ([`TransportSettings`]).
    ///
    /// # Errors
    /// [`TransportErrorKind::Configuration`](crate::transport::TransportErrorKind::Configuration) naming an environment variable that does not hold what it should.
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// Starts a client with settings of its own.
    pub fn builder() -> ReqwestClientBuilder {
        ReqwestClientBuilder::new()
    }
}

#[cfg(feature = "blocking")]
impl super::BlockingReqwestClient {
    /// A client with the defaults, as the environment of the process modifies them.
    ///
    /// # Errors
    /// [`TransportErrorKind::Configuration`](crate::transport::TransportErrorKind::Configuration) naming an environment variable that does not hold what it should, or saying that this is an
    /// async task.
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build_blocking()
    }

    /// Starts a client with settings of its own; finish with [`build_blocking`](ReqwestClientBuilder::build_blocking).
    pub fn builder() -> ReqwestClientBuilder {
        ReqwestClientBuilder::new()
    }
}

impl fmt::Debug for ReqwestClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|header| &header.0).collect();
        f.debug_struct("ReqwestClientBuilder")
            .field("timeout", &self.timeout)
            .field("pool_idle_timeout", &self.pool_idle_timeout)
            .field("user_agent", &self.user_agent)
            .field("default_headers", &names)
            .field("added_root_certificates", &self.roots.len())
            .field("only_added_root_certificates", &self.only_these_roots)
            .field("client_certificate", &self.client_certificate.is_some())
            .field("deny_private_addresses", &self.denies_private)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
