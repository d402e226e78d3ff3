//! The members by which a response names an address, and the one rule that judges them before they can be used (RFC 9700 section 4, RFC 8414
//! section 2, RFC 9728 section 7).

use super::address::Endpoint;
use super::check::parse;
use super::policy::DiscoveryPolicy;
use super::text::Form;
use super::violation::PolicyViolation;
use crate::constants::{client_metadata, metadata, parameters, resource_metadata};

/// What an address is for, and so how it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// A request goes there.
    Request,
    /// An issuer, whose metadata are asked for there: as a request, and without a query.
    Issuer,
    /// A page for a person: nothing is sent there by this crate.
    Page,
}

/// A member by which a response names an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NamedAddress {
    member: &'static str,
    purpose: Purpose,
}

macro_rules! named_addresses {
    ($($name:ident = $member:expr, $purpose:ident, $doc:literal;)+) => {
        /// One row a member.
        impl NamedAddress {
            $(
                #[doc = $doc]
                pub(crate) const $name: Self = Self { member: $member, purpose: Purpose::$purpose };
            )+

            /// All of them.
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$name),+];
        }
    };
}

named_addresses! {
    AUTHORIZATION_SERVERS = resource_metadata::AUTHORIZATION_SERVERS, Issuer, "Resource metadata, RFC 9728 section 2.";
    RESOURCE_JWKS_URI = resource_metadata::JWKS_URI, Request, "Resource metadata, RFC 9728 section 2.";
    RESOURCE_DOCUMENTATION = resource_metadata::RESOURCE_DOCUMENTATION, Page, "Resource metadata, RFC 9728 section 2.";
    RESOURCE_POLICY_URI = resource_metadata::RESOURCE_POLICY_URI, Page, "Resource metadata, RFC 9728 section 2.";
    RESOURCE_TOS_URI = resource_metadata::RESOURCE_TOS_URI, Page, "Resource metadata, RFC 9728 section 2.";
    RESOURCE_METADATA = "resource_metadata", Request, "A challenge, RFC 9728 section 5.1.";
    REGISTRATION_CLIENT_URI = client_metadata::REGISTRATION_CLIENT_URI, Request, "A registration, RFC 7592 section 3.";
    VERIFICATION_URI = parameters::VERIFICATION_URI, Page, "A device authorization, RFC 8628 section 3.2.";
    VERIFICATION_URI_COMPLETE = parameters::VERIFICATION_URI_COMPLETE, Page, "A device authorization, RFC 8628 section 3.2.";
    ERROR_URI = parameters::ERROR_URI, Page, "An error, RFC 6749 sections 4.1.2.1 and 5.2.";
    WEBFINGER_ISSUER = "links", Issuer, "WebFinger, OpenID Connect Discovery 1.0 section 2.";
    WEBFINGER_LINK = "links", Page, "WebFinger, RFC 7033 section 4.4.4.";
    CLAIM_SOURCE = "_claim_sources", Request, "Distributed claims, OpenID Connect Core section 5.6.2.";
    SERVICE_DOCUMENTATION = metadata::SERVICE_DOCUMENTATION, Page, "Server metadata, RFC 8414 section 2.";
    OP_POLICY_URI = metadata::OP_POLICY_URI, Page, "Server metadata, RFC 8414 section 2.";
    OP_TOS_URI = metadata::OP_TOS_URI, Page, "Server metadata, RFC 8414 section 2.";
}

impl DiscoveryPolicy {
    /// Judges an address that a response of `source` names: its form; HTTPS; the class of its address, which may be private only where that of
    /// `source` is; the origin of `source`, where the policy demands one origin; and where the policy presets an authority, host and base, unless
    /// the member is excluded from that. Of a page for a person: form, HTTPS, and no address that the policy denies.
    ///
    /// Nothing that a response names is handed out as usable without this.
    pub(crate) fn check_named(&self, named: NamedAddress, address: &str, source: &str) -> Result<Endpoint, PolicyViolation> {
        let NamedAddress { member, purpose } = named;
        match purpose {
            Purpose::Page => return self.check_page(member, address),
            Purpose::Issuer => drop(parse(member, address, Form::Address)?),
            Purpose::Request => {}
        }
        if let Some(authority) = self.authority() {
            self.check_endpoint(member, address, authority)?;
        }
        self.check_linked_address(member, address, source)
    }

    /// An address that follows from `source`, whose host and base were judged with that.
    pub(crate) fn check_linked_address(&self, member: &str, address: &str, source: &str) -> Result<Endpoint, PolicyViolation> {
        let url = parse(member, address, Form::Endpoint)?;
        self.check_scheme(member, &url)?;
        let source = parse("address", source, Form::Endpoint)?;
        self.check_class(member, &url, Some(&source))?;
        self.check_origin(member, &url, Some(&source))?;
        Ok(Endpoint::accepted(address, url.url(), self))
    }

    fn check_page(&self, member: &str, address: &str) -> Result<Endpoint, PolicyViolation> {
        let url = parse(member, address, Form::Page)?;
        self.check_scheme(member, &url)?;
        self.check_class(member, &url, None)?;
        Ok(Endpoint::accepted(address, url.url(), self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::discovery::PolicyViolationKind as Kind;
    use crate::protocol::discovery::metadata::is_endpoint;

    const SOURCE: &str = "https://server.example/a";

    fn kind(policy: &DiscoveryPolicy, named: NamedAddress, address: &str) -> Option<Kind> {
        policy.check_named(named, address, SOURCE).err().map(|violation| violation.kind())
    }

    #[test]
    fn h16_every_named_address_is_held_against_the_policy_and_its_source() {
        let strict = DiscoveryPolicy::strict();
        let denying = DiscoveryPolicy::builder().deny_private_addresses().build();
        let preset = DiscoveryPolicy::builder().authority("https://server.example").build();
        let same_origin = DiscoveryPolicy::builder().require_same_origin().build();
        for &named in NamedAddress::ALL {
            let (member, is_page) = (named.member, named.purpose == Purpose::Page);
            let beyond_pages = |kind| (!is_page).then_some(kind);
            for (address, expected) in [
                ("https://server.example/b", None),
                ("https://other.example/b", None),
                ("http://other.example/b", Some(Kind::HttpsRequired)),
                ("javascript:alert(1)", Some(Kind::Malformed)),
                ("//other.example", Some(Kind::Malformed)),
                ("https://user@other.example/b", Some(Kind::Malformed)),
                ("https://169.254.169.254/b", Some(Kind::LinkLocalAddress)),
                ("https://10.0.0.1/b", beyond_pages(Kind::PrivateAddress)),
                ("http://localhost/b", beyond_pages(Kind::PrivateAddress)),
            ] {
                assert_eq!(kind(&strict, named, address), expected, "{member} {address}");
            }
            for address in ["https://10.0.0.1/b", "https://localhost/b", "https://169.254.169.254/b"] {
                assert_eq!(kind(&denying, named, address), Some(Kind::DeniedAddress), "{member} {address}");
            }
            assert_eq!(kind(&preset, named, "https://other.example/b"), beyond_pages(Kind::EndpointHost), "{member}");
            assert_eq!(kind(&preset, named, "https://server.example/b"), None, "{member}");
            let excluded = preset.to_builder().endpoint_validation_exclude_list([member]).build();
            assert_eq!(kind(&excluded, named, "https://other.example/b"), None, "{member}");
            assert_eq!(kind(&same_origin, named, "https://other.example/b"), beyond_pages(Kind::OtherOrigin), "{member}");
            let with_query = kind(&strict, named, "https://server.example/b?c");
            assert_eq!(with_query, (named.purpose == Purpose::Issuer).then_some(Kind::Malformed), "{member}");
        }
    }

    /// Members that name an address and are not in the table, each with the reason.
    const ELSEWHERE: &[(&str, &str)] = &[
        ("mtls_endpoint_aliases", "each of its members is an endpoint, judged by `check_endpoint`"),
        ("require_request_uri_registration", "a switch"),
        ("request_uri_parameter_supported", "a switch"),
        ("use_mtls_endpoint_aliases", "a switch"),
        ("redirect_uri", "the client's own"),
        ("redirect_uris", "the client's own"),
        ("client_uri", "the client's own"),
        ("logo_uri", "the client's own"),
        ("tos_uri", "the client's own"),
        ("policy_uri", "the client's own"),
        ("sector_identifier_uri", "the client's own"),
        ("initiate_login_uri", "the client's own"),
        ("request_uris", "the client's own"),
        ("tls_client_auth_san_uri", "a name in a certificate"),
        ("claims_redirect_uris", "the client's own"),
        ("post_logout_redirect_uri", "the client's own"),
        ("post_logout_redirect_uris", "the client's own"),
        ("frontchannel_logout_uri", "the client's own"),
        ("backchannel_logout_uri", "the client's own"),
        ("backchannel_client_notification_endpoint", "the client's own"),
        ("request_uri", "a reference that only its server resolves, or the client's own"),
        ("target_link_uri", "held against the application's targets by `ThirdPartyLogin`"),
    ];

    #[test]
    fn h16_the_table_of_named_addresses_is_complete() {
        let names_address = |name: &&str| {
            let looks = ["_uri", "_uris", "_url", "endpoint", "iframe", "_servers", "documentation", "aliases"];
            looks.iter().any(|end| name.ends_with(end)) || name.contains("_uri_")
        };
        let names = [metadata::ALL, resource_metadata::ALL, client_metadata::ALL, parameters::ALL].concat();
        let mut found = 0;
        for name in names.into_iter().filter(names_address) {
            found += 1;
            let is_named = NamedAddress::ALL.iter().any(|named| named.member == name);
            let is_elsewhere = ELSEWHERE.iter().any(|(known, _)| *known == name);
            let is_endpoint = is_endpoint(name) && metadata::ALL.contains(&name);
            assert!(is_named || is_elsewhere || is_endpoint, "`{name}` names an address: who judges it?");
            assert!(!(is_named && is_elsewhere), "`{name}` is in both tables");
        }
        assert!(found > 35, "{found}");
    }
}
