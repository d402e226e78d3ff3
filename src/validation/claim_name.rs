//! The claims that rules speak about, as a table: RFC 7519 section 4.1, OpenID Connect Core section 2, RFC 9068, RFC 7800 and others.

macro_rules! claim_names {
    ($($name:ident = $bytes:literal;)*) => {
        /// A claim that a rule speaks about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum ClaimName {
            $($name,)*
        }

        impl ClaimName {
            pub(super) const ALL: &[Self] = &[$(Self::$name,)*];
            pub(super) const COUNT: usize = Self::ALL.len();

            pub(super) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => const { text($bytes) },)*
                }
            }

            /// The claim with this name, if a rule speaks about it. Bytes make one decision tree; texts would be compared one by one.
            pub(super) fn from_bytes(name: &[u8]) -> Option<Self> {
                match name {
                    $($bytes => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

claim_names! {
    Iss = b"iss";
    Sub = b"sub";
    Aud = b"aud";
    Exp = b"exp";
    Nbf = b"nbf";
    Iat = b"iat";
    Jti = b"jti";
    Azp = b"azp";
    Nonce = b"nonce";
    AuthTime = b"auth_time";
    Acr = b"acr";
    Amr = b"amr";
    AtHash = b"at_hash";
    CHash = b"c_hash";
    SHash = b"s_hash";
    ClientId = b"client_id";
    Scope = b"scope";
    Scp = b"scp";
    Cid = b"cid";
    Appid = b"appid";
    Permissions = b"permissions";
    Roles = b"roles";
    Cnf = b"cnf";
    Events = b"events";
    Sid = b"sid";
    Tid = b"tid";
    Typ = b"typ";
    TokenUse = b"token_use";
    TokenIntrospection = b"token_introspection";
    TokenType = b"token_type";
    AuthReqId = b"urn:openid:params:jwt:claim:auth_req_id";
    RtHash = b"urn:openid:params:jwt:claim:rt_hash";
}

/// A name of the table as text.
const fn text(name: &'static [u8]) -> &'static str {
    match std::str::from_utf8(name) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// A set of such claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ClaimSet(u32);

impl ClaimSet {
    /// What an introspection response has to say by itself: RFC 7662 section 2.2 demands nothing but `active`, so that a token of another
    /// resource is told by `aud` alone.
    pub(super) const OF_ANSWER: Self = Self(1 << ClaimName::Aud as u32);

    pub(super) fn insert(&mut self, name: ClaimName) {
        self.0 |= 1 << name as u32;
    }

    pub(super) fn remove(&mut self, name: ClaimName) {
        self.0 &= !(1 << name as u32);
    }

    pub(super) const fn contains(self, name: ClaimName) -> bool {
        self.0 & (1 << name as u32) != 0
    }

    /// The claims of the set, in the order of the table.
    pub(super) fn iter(self) -> impl Iterator<Item = ClaimName> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let name = ClaimName::ALL.get(rest.trailing_zeros() as usize).copied()?;
            rest &= rest - 1;
            Some(name)
        })
    }

    pub(super) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl FromIterator<ClaimName> for ClaimSet {
    fn from_iter<I: IntoIterator<Item = ClaimName>>(names: I) -> Self {
        let mut set = Self::default();
        names.into_iter().for_each(|name| set.insert(name));
        set
    }
}
