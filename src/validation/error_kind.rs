//! The rules by which a token can be refused, as a table: kind, stable code, sentence.

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $message:literal;)*) => {
        /// The rule by which a token was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ValidationErrorKind {
            $($(#[$doc])* $name,)*
        }

        impl ValidationErrorKind {
            /// A stable name in `snake_case`, for programs and dashboards.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            pub(super) const fn message(self) -> &'static str {
                match self {
                    $(Self::$name => $message,)*
                }
            }

            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

kinds! {
    /// The caller's settings allow no token at all.
    Configuration = "configuration", "the options cannot accept any token";
    /// Not a compact JWS with a sound header and payload.
    Malformed = "malformed_token", "the payload is not a well-formed JSON object";
    /// An encrypted token, where no decryption is configured.
    Encrypted = "encrypted_token", "the token is encrypted and no decryption is configured";
    /// A token that is not encrypted, where encryption is demanded.
    NotEncrypted = "not_encrypted", "the token is not encrypted and encryption is demanded";
    /// None of the decryption keys fits an encrypted token, or more than one.
    DecryptionKeyNotFound = "decryption_key_not_found", "no decryption key fits";
    /// An encrypted token cannot be decrypted; the reason is not told.
    DecryptionFailed = "decryption_failed", "the token could not be decrypted";
    /// What an encrypted token holds is not a signed token.
    NotSigned = "not_signed", "the content of the encrypted token is not a signed token";
    /// The header demands an extension that is not understood.
    CriticalHeader = "header_critical", "the header demands an extension";
    /// The header's `alg` is not in the allow-list.
    AlgorithmNotAllowed = "algorithm_not_allowed", "the algorithm is not allowed";
    /// The token is of another kind, by its `typ` or by its claims.
    WrongTokenKind = "wrong_token_kind", "it is a token of another kind";
    /// The header says that the payload is another token (`cty`).
    NestedToken = "nested_token", "the payload is announced as another token";
    /// No key fits `kid` and `alg`: perhaps the key set is old.
    KeyNotFound = "key_not_found", "no key fits";
    /// More than one key fits.
    KeyAmbiguous = "key_ambiguous", "more than one key fits";
    /// The chosen key cannot be used.
    KeyUnusable = "key_unusable", "the chosen key cannot be used";
    /// The signature does not verify.
    SignatureInvalid = "signature_invalid", "the signature does not verify";
    /// A required claim is absent.
    ClaimMissing = "claim_missing", "a required claim is missing";
    /// A claim is of a wrong type or has an impossible value.
    ClaimMalformed = "claim_malformed", "a claim is not as it must be";
    /// `iss` is not the expected issuer.
    IssuerMismatch = "issuer_mismatch", "the issuer is not the expected one";
    /// `aud` does not hold the expected audience.
    AudienceMismatch = "audience_mismatch", "it is for another audience";
    /// `azp` is not the expected client.
    AuthorizedPartyMismatch = "authorized_party_mismatch", "it was issued to another client";
    /// `sub` is not the expected subject.
    SubjectMismatch = "subject_mismatch", "the subject is not the expected one";
    /// `exp` is over.
    Expired = "expired", "it has expired";
    /// `nbf` is yet to come.
    NotYetValid = "not_yet_valid", "it is not valid yet";
    /// `iat` is in the future.
    IssuedInFuture = "issued_in_future", "it was issued in the future";
    /// `iat` is longer ago than the caller accepts.
    IssuedTooLongAgo = "issued_too_long_ago", "it was issued too long ago";
    /// `exp` is further away than the caller accepts.
    LifetimeTooLong = "lifetime_too_long", "it lives too long";
    /// `iat`, `nbf` and `exp` contradict each other.
    TimesContradict = "times_contradict", "its times contradict each other";
    /// `auth_time` is in the future.
    AuthenticatedInFuture = "authenticated_in_future", "the authentication lies in the future";
    /// `auth_time` is longer ago than `max_age`.
    AuthenticationTooOld = "authentication_too_old", "the authentication is too long ago";
    /// `acr` is none of those asked for.
    AuthenticationContextMismatch = "acr_mismatch", "the authentication context is none of those asked for";
    /// `nonce` is not the one that was sent.
    NonceMismatch = "nonce_mismatch", "the nonce is not the one that was sent";
    /// `nonce` is there and must not be.
    NonceUnexpected = "nonce_unexpected", "a nonce is there and none was sent";
    /// `at_hash`, `c_hash`, `s_hash` or `rt_hash` does not belong to what came along.
    HashMismatch = "hash_mismatch", "the hash does not belong to what came along";
    /// `urn:openid:params:jwt:claim:auth_req_id` is not the request's.
    AuthenticationRequestMismatch = "auth_req_id_mismatch", "it answers another authentication request";
    /// The token does not go on from the one before it.
    PreviousTokenMismatch = "previous_token_mismatch", "it differs from the ID token before it";
    /// `cnf` binds the token to a key or certificate, and no proof was checked.
    BoundToken = "bound_token", "it is bound to a key whose possession was not proven";
    /// The proof that was checked belongs to another key.
    BindingMismatch = "binding_mismatch", "it is bound to another key";
    /// `cnf` names no way of binding that is known here.
    BindingUnknown = "binding_unknown", "it is bound in a way that is not known here";
    /// A proof of possession came with a token that is not bound to a key.
    BindingMissing = "binding_missing", "a proof came along and the token is not bound to its key";
    /// `events` does not hold the logout event.
    LogoutEventMissing = "logout_event_missing", "it is no logout token";
    /// A scope that the caller demands is not among the token's.
    InsufficientScope = "insufficient_scope", "a scope that is demanded is missing";
    /// The server says that the token is not active: expired, revoked, unknown to it.
    Inactive = "token_inactive", "it is not active, as the server says";
    /// An opaque token with characters that no token has; the server was not asked.
    TokenCharacters = "token_characters", "it has characters that no token has";
    /// A validator of the caller's refused.
    ClaimRejected = "claim_rejected", "a claim validator refused";
}
