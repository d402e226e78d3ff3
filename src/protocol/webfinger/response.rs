//! What WebFinger answers: a JSON resource descriptor (RFC 7033 section 4.4).

use crate::constants::link_relations;
use crate::document::{Document, DocumentError, forward_document};
use crate::encoding::json::{JsonKind, JsonValue};
use crate::protocol::discovery::{Endpoint, NamedAddress, PolicyViolation};
use crate::protocol::error::RequestError;
use crate::protocol::response::Expectation;
use crate::protocol::response_head::ResponseHead;

/// What a host says about a resource: its links. A hint, nothing more.
///
/// RFC 7033 section 4.4. A response without `links` is none to this question; links that are no objects or have no `rel` are left out.
#[derive(Debug, Clone)]
pub struct WebFingerResponse {
    document: Document,
    head: ResponseHead,
    /// Where the response came from.
    source: Endpoint,
    links: Vec<WebFingerLink>,
}

/// A link of a WebFinger answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebFingerLink {
    rel: String,
    href: Option<String>,
    /// Whether the policy accepts it as a page for a person.
    is_page: bool,
    media_type: Option<String>,
}

impl WebFingerLink {
    /// `rel`: how what it leads to is related to the resource.
    pub fn rel(&self) -> &str {
        &self.rel
    }

    /// `href`: where it leads to, for a person to open. `None` where there is none or the policy rejects it: another scheme than HTTPS, a
    /// link-local or denied address. The document holds it as it was written; the issuer's is judged by [`WebFingerResponse::issuer`].
    pub fn href(&self) -> Option<&str> {
        self.href.as_deref().filter(|_| self.is_page)
    }

    /// `type`: the media type of what is there.
    pub fn media_type(&self) -> Option<&str> {
        self.media_type.as_deref()
    }

    fn read(value: JsonValue<'_>, source: &Endpoint) -> Option<Self> {
        let text = |wanted: &str| {
            let mut members = value.members()?;
            let (_, found) = members.find(|(name, _)| name == wanted)?;
            found.as_str().map(|text| text.into_owned())
        };
        let (rel, href) = (text("rel")?, text("href"));
        let is_accepted = |href: &str| source.policy().check_named(NamedAddress::WEBFINGER_LINK, href, source.as_str()).is_ok();
        Some(Self { is_page: href.as_deref().is_some_and(is_accepted), rel, href, media_type: text("type") })
    }
}

impl WebFingerResponse {
    pub(super) fn read(document: Document, head: ResponseHead, source: Endpoint, expectation: &Expectation) -> Result<Self, RequestError> {
        let found = document.value("links").filter(|value| !value.is_null());
        let found = found.ok_or_else(|| expectation.malformed(DocumentError::missing("links")))?;
        let wrong = || expectation.malformed(DocumentError::unexpected_type("links", "array", found.kind()));
        let objects = found.elements().ok_or_else(wrong)?.filter(|link| link.kind() == JsonKind::Object);
        let links = objects.filter_map(|link| WebFingerLink::read(link, &source)).collect();
        Ok(Self { document, head, source, links })
    }

    /// The issuer that the user logs in at, by the first link of that relation: the address for discovery, which checks that the document
    /// there is this issuer's. It is https without query or fragment, and private only where the host that was asked is, or the policy allows that.
    ///
    /// # Errors
    /// [`PolicyViolation`] where there is none (`links`), or the policy rejects it.
    pub fn issuer(&self) -> Result<&str, PolicyViolation> {
        let link = self.links.iter().find(|link| link.rel == link_relations::ISSUER);
        let issuer = link.and_then(|link| link.href.as_deref()).ok_or_else(|| PolicyViolation::missing_member("links"))?;
        self.source.policy().check_named(NamedAddress::WEBFINGER_ISSUER, issuer, self.source.as_str())?;
        Ok(issuer)
    }

    /// Every link, in the order of the response: the server's preference.
    pub fn links(&self) -> &[WebFingerLink] {
        &self.links
    }

    /// `subject`: the resource as the host calls it, which need not be the URI that was asked about.
    pub fn subject(&self) -> Option<&str> {
        self.document.try_get_str("subject")
    }

    /// `aliases`: further URIs of the same.
    pub fn aliases(&self) -> Vec<String> {
        self.document.try_get_string_array("aliases")
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }
}

forward_document!(WebFingerResponse, document);
