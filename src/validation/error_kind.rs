//! The rules by which a token can be rejected, as a table: kind, stable code, sentence.

use crate::error_kind::classify;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal $kind:ident, $message:literal;)*) => {
        /// The rule by which a token was rejected.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ValidationErrorKind {
            $($(#[$doc])* $name,)*
        }

        classify! { ValidationErrorKind {
            $(Self::$name => $code $kind;)*
        } }

        impl ValidationErrorKind {
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
    Configuration = "configuration" Configuration, "the options cannot accept any token";
    /// Not a compact JWS with a sound header and payload.
    Malformed = "malformed_token" Malformed, "the payload is not a well-formed JSON object";
    /// An encrypted token, where no decryption key is configured.
    Encrypted = "encrypted_token" Malformed, "the token is encrypted and no key to decrypt it is configured; set one with `.decryption_keys(…)`";
    /// A token that is not encrypted, where encryption is demanded.
    NotEncrypted = "not_encrypted" Validation, "the token is not encrypted and encryption is demanded";
    /// None of the decryption keys fits an encrypted token, or more than one.
    DecryptionKeyNotFound = "decryption_key_not_found" Key, "no decryption key fits";
    /// An encrypted token cannot be decrypted; the reason is not told.
    DecryptionFailed = "decryption_failed" Validation, "the token could not be decrypted";
    /// What an encrypted token holds is not a signed token.
    NotSigned = "not_signed" Validation, "the content of the encrypted token is not a signed token";
    /// The header demands an extension that is not understood.
    CriticalHeader = "header_critical" Validation, "the header demands an extension";
    /// The header's `alg` is not in the allow-list.
    AlgorithmNotAllowed = "algorithm_not_allowed" Validation, "the algorithm is not allowed";
    /// The token is of another kind, by its `typ` or by its claims.
    WrongTokenKind = "wrong_token_kind" Validation, "it is a token of another kind";
    /// The header says that the payload is another token (`cty`).
    NestedToken = "nested_token" Validation, "the payload is announced as another token";
    /// No key fits `kid` and `alg`: perhaps the key set is old.
    KeyNotFound = "key_not_found" Key, "no key fits";
    /// More than one key fits.
    KeyAmbiguous = "key_ambiguous" Key, "more than one key fits";
    /// The chosen key cannot be used.
    KeyUnusable = "key_unusable" Key, "the chosen key cannot be used";
    /// The signature does not verify.
    SignatureInvalid = "signature_invalid" Validation, "the signature does not verify";
    /// A required claim is absent.
    ClaimMissing = "claim_missing" Validation, "a required claim is missing";
    /// A claim is of a wrong type or has an impossible value.
    ClaimMalformed = "claim_malformed" Validation, "a claim is not as it must be";
    /// `iss` is not the expected issuer.
    IssuerMismatch = "issuer_mismatch" Validation, "the issuer is not the expected one";
    /// `aud` does not hold the expected audience.
    AudienceMismatch = "audience_mismatch" Validation, "it is for another audience";
    /// `aud` of an ID token holds an audience beside this client that is not trusted.
    AudienceNotTrusted = "audience_not_trusted" Validation, "it is for a further audience that is not trusted";
    /// `azp` is not the expected client.
    AuthorizedPartyMismatch = "authorized_party_mismatch" Validation, "it was issued to another client";
    /// `sub` is not the expected subject.
    SubjectMismatch = "subject_mismatch" Validation, "the subject is not the expected one";
    /// `exp` is over.
    Expired = "expired" Validation, "it has expired";
    /// `nbf` is yet to come.
    NotYetValid = "not_yet_valid" Validation, "it is not valid yet";
    /// `iat` is in the future.
    IssuedInFuture = "issued_in_future" Validation, "it was issued in the future";
    /// `iat` is longer ago than the caller accepts.
    IssuedTooLongAgo = "issued_too_long_ago" Validation, "it was issued too long ago";
    /// `exp` is further away than the caller accepts.
    LifetimeTooLong = "lifetime_too_long" Validation, "it lives too long";
    /// `iat`, `nbf` and `exp` contradict each other.
    TimesContradict = "times_contradict" Validation, "its times contradict each other";
    /// `auth_time` is in the future.
    AuthenticatedInFuture = "authenticated_in_future" Validation, "the authentication lies in the future";
    /// `auth_time` is longer ago than `max_age`.
    AuthenticationTooOld = "authentication_too_old" Validation, "the authentication is too long ago";
    /// `acr` is none of those asked for.
    AuthenticationContextMismatch = "acr_mismatch" Validation, "the authentication context is none of those asked for";
    /// `nonce` is not the one that was sent.
    NonceMismatch = "nonce_mismatch" Validation, "the nonce is not the one that was sent";
    /// `nonce` is there and must not be.
    NonceUnexpected = "nonce_unexpected" Validation, "a nonce is there and none was sent";
    /// `at_hash`, `c_hash`, `s_hash` or `rt_hash` does not belong to what came along.
    HashMismatch = "hash_mismatch" Validation, "the hash does not belong to what came along";
    /// `urn:openid:params:jwt:claim:auth_req_id` is not the request's.
    AuthenticationRequestMismatch = "auth_req_id_mismatch" Validation, "it answers another authentication request";
    /// The token does not go on from the one before it.
    PreviousTokenMismatch = "previous_token_mismatch" Validation, "it differs from the ID token before it";
    /// `cnf` binds the token to a key or certificate, and no proof was checked.
    BoundToken = "bound_token" Validation, "it is bound to a key whose possession was not proven";
    /// The proof that was checked belongs to another key.
    BindingMismatch = "binding_mismatch" Validation, "it is bound to another key";
    /// `cnf` names no way of binding that is known here.
    BindingUnknown = "binding_unknown" Validation, "it is bound in a way that is not known here";
    /// A proof of possession came with a token that is not bound to a key.
    BindingMissing = "binding_missing" Validation, "a proof came along and the token is not bound to its key";
    /// `events` does not hold the logout event.
    LogoutEventMissing = "logout_event_missing" Validation, "it is no logout token";
    /// A scope that the caller demands is not among the token's.
    InsufficientScope = "insufficient_scope" Validation, "a scope that is demanded is missing";
    /// The server says that the token is not active: expired, revoked, unknown to it.
    Inactive = "token_inactive" Validation, "it is not active, as the server says";
    /// An opaque token with characters that no token has; the server was not asked.
    TokenCharacters = "token_characters" Malformed, "it has characters that no token has";
    /// A validator of the caller's rejected.
    ClaimRejected = "claim_rejected" Validation, "a claim validator refused";
}
