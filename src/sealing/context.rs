//! What something sealed is, and where it is kept: the additional data of AES-GCM (SP 800-38D section 5.2.1.1).

/// What kind of thing is sealed. One kind does not open as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SealPurpose {
    /// A record of a store.
    Record,
    /// The session of a user who has logged in.
    Session,
    /// A login between its beginning and its end.
    Transaction,
    /// A logout between its beginning and its end.
    Logout,
    /// The key of a record that is kept elsewhere.
    Pointer,
    /// A private key.
    Key,
}

impl SealPurpose {
    /// Its name, as it stands in what is authenticated.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Session => "session",
            Self::Transaction => "transaction",
            Self::Logout => "logout",
            Self::Pointer => "pointer",
            Self::Key => "key",
        }
    }
}

/// What is sealed, under which name it is kept, and in which version: authenticated with the content, so that something sealed opens only as
/// what it was sealed as.
///
/// # Example
/// ```
/// use identity_model::sealing::{SealContext, SealPurpose};
///
/// let cookie = SealContext::new(SealPurpose::Session, "__Host-session");
/// let record = SealContext::new(SealPurpose::Record, "tenant-7:9f86d081").with_version(3);
/// assert_ne!(cookie, record);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SealContext<'a> {
    purpose: SealPurpose,
    name: &'a str,
    version: u64,
}

impl<'a> SealContext<'a> {
    /// `name` is the whole key in the store, or the name of the cookie. Version 0.
    pub fn new(purpose: SealPurpose, name: &'a str) -> Self {
        Self { purpose, name, version: 0 }
    }

    /// The same for a version of the record. A record that is put back together with its version is not noticed.
    #[must_use]
    pub fn with_version(mut self, version: u64) -> Self {
        self.version = version;
        self
    }

    /// Each member with its length before it, so that no two contexts run together to the same octets.
    pub(super) fn additional_data(&self, format: u8, key_id: &str) -> Vec<u8> {
        let version = self.version.to_be_bytes();
        let members: [&[u8]; 5] = [&[format], key_id.as_bytes(), self.purpose.as_str().as_bytes(), self.name.as_bytes(), &version];
        let mut data = Vec::with_capacity(members.iter().map(|member| 8 + member.len()).sum());
        for member in members {
            data.extend_from_slice(&(member.len() as u64).to_be_bytes());
            data.extend_from_slice(member);
        }
        data
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sl2_every_member_counts_and_none_runs_into_the_next() {
        let context = SealContext::new(SealPurpose::Session, "ab").with_version(1);
        let base = context.additional_data(1, "k");
        let others = [
            context.additional_data(2, "k"),
            context.additional_data(1, "ka"),
            SealContext { purpose: SealPurpose::Record, ..context }.additional_data(1, "k"),
            SealContext { name: "b", ..context }.additional_data(1, "k"),
            context.with_version(2).additional_data(1, "k"),
            SealContext { name: "", ..context }.additional_data(1, "ksessionab"),
        ];
        for (number, other) in others.iter().enumerate() {
            assert_ne!(&base, other, "{number}");
        }
    }

    #[test]
    fn sl2_the_names_of_purposes() {
        use SealPurpose as P;
        let purposes = [P::Record, P::Session, P::Transaction, P::Logout, P::Pointer, P::Key];
        assert_eq!(purposes.map(P::as_str), ["record", "session", "transaction", "logout", "pointer", "key"]);
    }
}
