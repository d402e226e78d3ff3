//! The claims of tokens, and the values of some of them.

use super::table::names;

/// Values of the claim `amr`: RFC 8176 section 2.
pub mod amr_values {
    super::names! {
        FACE = "face", "Face recognition. RFC 8176 section 2.";
        FINGERPRINT = "fpt", "Fingerprint. RFC 8176 section 2.";
        GEOLOCATION = "geo", "Location. RFC 8176 section 2.";
        HARDWARE_KEY = "hwk", "Key in hardware. RFC 8176 section 2.";
        IRIS = "iris", "Iris scan. RFC 8176 section 2.";
        KNOWLEDGE = "kba", "Knowledge. RFC 8176 section 2.";
        MULTIPLE_CHANNELS = "mca", "Several channels. RFC 8176 section 2.";
        MULTIPLE_FACTORS = "mfa", "Several factors. RFC 8176 section 2.";
        ONE_TIME_PASSWORD = "otp", "One-time password. RFC 8176 section 2.";
        PIN = "pin", "Personal identification number or pattern. RFC 8176 section 2.";
        PROOF_OF_POSSESSION = "pop", "Proof of possession of a key. RFC 8176 section 2.";
        PASSWORD = "pwd", "Password. RFC 8176 section 2.";
        RISK = "rba", "Risk. RFC 8176 section 2.";
        RETINA = "retina", "Retina scan. RFC 8176 section 2.";
        SMART_CARD = "sc", "Smart card. RFC 8176 section 2.";
        SMS = "sms", "Text message to a registered number. RFC 8176 section 2.";
        SOFTWARE_KEY = "swk", "Key in software. RFC 8176 section 2.";
        TELEPHONE = "tel", "Call to a registered number. RFC 8176 section 2.";
        USER = "user", "Presence of the user. RFC 8176 section 2.";
        VOICE = "vbm", "Voice. RFC 8176 section 2.";
        WINDOWS_INTEGRATED = "wia", "Windows integrated authentication. RFC 8176 section 2.";
    }
}

/// Values of `claim_types_supported`: OpenID Connect Core 1.0 section 5.6.
pub mod claim_types {
    super::names! {
        NORMAL = "normal", "Asserted by the provider itself. OpenID Connect Core 1.0 section 5.6.1.";
        AGGREGATED = "aggregated", "Asserted by another and passed on. OpenID Connect Core 1.0 section 5.6.2.";
        DISTRIBUTED = "distributed", "Asserted by another, to be fetched there. OpenID Connect Core 1.0 section 5.6.2.";
    }
}

/// Claims of JWTs, UserInfo and introspection responses (IANA, JSON Web Token Claims): RFC 7519, OpenID Connect Core 1.0 and the extensions
/// that each row names. The registered claims of telephony, content delivery and device attestation are left out.
pub mod claims {
    super::names! {
        ISS = "iss", "The issuer. RFC 7519 section 4.1.1.";
        SUB = "sub", "The subject. RFC 7519 section 4.1.2.";
        AUD = "aud", "The audience. RFC 7519 section 4.1.3.";
        EXP = "exp", "When it expires. RFC 7519 section 4.1.4.";
        NBF = "nbf", "When it starts to count. RFC 7519 section 4.1.5.";
        IAT = "iat", "When it was issued. RFC 7519 section 4.1.6.";
        JTI = "jti", "Its unique identifier. RFC 7519 section 4.1.7.";
        NAME = "name", "Full name. OpenID Connect Core 1.0 section 5.1.";
        GIVEN_NAME = "given_name", "Given names. OpenID Connect Core 1.0 section 5.1.";
        FAMILY_NAME = "family_name", "Family names. OpenID Connect Core 1.0 section 5.1.";
        MIDDLE_NAME = "middle_name", "Middle names. OpenID Connect Core 1.0 section 5.1.";
        NICKNAME = "nickname", "Casual name. OpenID Connect Core 1.0 section 5.1.";
        PREFERRED_USERNAME = "preferred_username", "Name that the user wants to be called by; not unique. OpenID Connect Core 1.0 section 5.1.";
        PROFILE = "profile", "Address of the profile page. OpenID Connect Core 1.0 section 5.1.";
        PICTURE = "picture", "Address of a picture. OpenID Connect Core 1.0 section 5.1.";
        WEBSITE = "website", "Address of a web site. OpenID Connect Core 1.0 section 5.1.";
        EMAIL = "email", "Mail address. OpenID Connect Core 1.0 section 5.1.";
        EMAIL_VERIFIED = "email_verified", "Whether the mail address was verified. OpenID Connect Core 1.0 section 5.1.";
        GENDER = "gender", "Gender. OpenID Connect Core 1.0 section 5.1.";
        BIRTHDATE = "birthdate", "Date of birth. OpenID Connect Core 1.0 section 5.1.";
        ZONEINFO = "zoneinfo", "Time zone. OpenID Connect Core 1.0 section 5.1.";
        LOCALE = "locale", "Language and region. OpenID Connect Core 1.0 section 5.1.";
        PHONE_NUMBER = "phone_number", "Telephone number. OpenID Connect Core 1.0 section 5.1.";
        PHONE_NUMBER_VERIFIED = "phone_number_verified", "Whether the telephone number was verified. OpenID Connect Core 1.0 section 5.1.";
        ADDRESS = "address", "Postal address, an object. OpenID Connect Core 1.0 section 5.1.1.";
        UPDATED_AT = "updated_at", "When the profile changed last. OpenID Connect Core 1.0 section 5.1.";
        FORMATTED = "formatted", "The whole postal address, inside `address`. OpenID Connect Core 1.0 section 5.1.1.";
        STREET_ADDRESS = "street_address", "Street and house number, inside `address`. OpenID Connect Core 1.0 section 5.1.1.";
        LOCALITY = "locality", "City, inside `address`. OpenID Connect Core 1.0 section 5.1.1.";
        REGION = "region", "State or province, inside `address`. OpenID Connect Core 1.0 section 5.1.1.";
        POSTAL_CODE = "postal_code", "Postal code, inside `address`. OpenID Connect Core 1.0 section 5.1.1.";
        COUNTRY = "country", "Country, inside `address`. OpenID Connect Core 1.0 section 5.1.1.";
        AZP = "azp", "The authorized party. OpenID Connect Core 1.0 section 2.";
        NONCE = "nonce", "Value of the request. OpenID Connect Core 1.0 section 2; RFC 9449 section 4.2.";
        AUTH_TIME = "auth_time", "When the user authenticated. OpenID Connect Core 1.0 section 2.";
        ACR = "acr", "Authentication context class reference. OpenID Connect Core 1.0 section 2.";
        AMR = "amr", "Authentication methods. OpenID Connect Core 1.0 section 2; RFC 8176.";
        AT_HASH = "at_hash", "Half of the access token's hash. OpenID Connect Core 1.0 section 3.1.3.6.";
        C_HASH = "c_hash", "Half of the code's hash. OpenID Connect Core 1.0 section 3.3.2.11.";
        S_HASH = "s_hash", "Half of the state's hash. FAPI 1.0 Advanced section 5.1.";
        AUTH_REQ_ID = "urn:openid:params:jwt:claim:auth_req_id", "The authentication request. CIBA Core 1.0 section 10.3.1.";
        RT_HASH = "urn:openid:params:jwt:claim:rt_hash", "Half of the refresh token's hash. CIBA Core 1.0 section 10.3.1.";
        SUB_JWK = "sub_jwk", "Public key of a self-issued token. OpenID Connect Core 1.0 section 7.4.";
        CLAIM_NAMES = "_claim_names", "Which source holds which claim. OpenID Connect Core 1.0 section 5.6.2.";
        CLAIM_SOURCES = "_claim_sources", "Sources of aggregated and distributed claims. OpenID Connect Core 1.0 section 5.6.2.";
        SID = "sid", "The session. OpenID Connect Front-Channel Logout 1.0 section 3.";
        EVENTS = "events", "Security events. RFC 8417 section 2.2.";
        TOE = "toe", "When the event happened. RFC 8417 section 2.2.";
        TXN = "txn", "The transaction. RFC 8417 section 2.2.";
        SUB_ID = "sub_id", "The subject, as a subject identifier. RFC 9493.";
        CNF = "cnf", "Key that the token is bound to. RFC 7800 section 3.1.";
        SCOPE = "scope", "Scopes, separated by spaces. RFC 8693 section 4.2.";
        CLIENT_ID = "client_id", "The client that the token was issued to. RFC 8693 section 4.3.";
        ACT = "act", "The acting party. RFC 8693 section 4.1.";
        MAY_ACT = "may_act", "Who may act for the subject. RFC 8693 section 4.4.";
        ROLES = "roles", "Roles. RFC 9068 section 2.2.3.1.";
        GROUPS = "groups", "Groups. RFC 9068 section 2.2.3.1.";
        ENTITLEMENTS = "entitlements", "Entitlements. RFC 9068 section 2.2.3.1.";
        AUTHORIZATION_DETAILS = "authorization_details", "Rich authorization details. RFC 9396 section 9.1.";
        TOKEN_INTROSPECTION = "token_introspection", "The introspection answer. RFC 9701 section 5.";
        ACTIVE = "active", "Whether the token is active, in an introspection answer. RFC 7662 section 2.2.";
        USERNAME = "username", "Name of the resource owner, in an introspection answer. RFC 7662 section 2.2.";
        TOKEN_TYPE = "token_type", "Type of the token, in an introspection answer. RFC 7662 section 2.2.";
        HTM = "htm", "The HTTP method, in a DPoP proof. RFC 9449 section 4.2.";
        HTU = "htu", "The HTTP address, in a DPoP proof. RFC 9449 section 4.2.";
        ATH = "ath", "The access token's hash, in a DPoP proof. RFC 9449 section 4.2.";
        VOT = "vot", "Vector of trust. RFC 8485.";
        VTM = "vtm", "Address of the trustmark. RFC 8485.";
        VERIFIED_CLAIMS = "verified_claims", "Claims and how they were verified. OpenID Identity Assurance Schema Definition 1.0.";
        PLACE_OF_BIRTH = "place_of_birth", "Place of birth. OpenID Connect for Identity Assurance Claims 1.0.";
        NATIONALITIES = "nationalities", "Nationalities. OpenID Connect for Identity Assurance Claims 1.0.";
        BIRTH_FAMILY_NAME = "birth_family_name", "Family name at birth. OpenID Connect for Identity Assurance Claims 1.0.";
        BIRTH_GIVEN_NAME = "birth_given_name", "Given names at birth. OpenID Connect for Identity Assurance Claims 1.0.";
        BIRTH_MIDDLE_NAME = "birth_middle_name", "Middle names at birth. OpenID Connect for Identity Assurance Claims 1.0.";
        SALUTATION = "salutation", "Salutation. OpenID Connect for Identity Assurance Claims 1.0.";
        TITLE = "title", "Title. OpenID Connect for Identity Assurance Claims 1.0.";
        MSISDN = "msisdn", "Mobile telephone number. OpenID Connect for Identity Assurance Claims 1.0.";
        ALSO_KNOWN_AS = "also_known_as", "Stage or other name. OpenID Connect for Identity Assurance Claims 1.0.";
        VC = "vc", "A verifiable credential. W3C Verifiable Credentials Data Model 1.1.";
        VP = "vp", "A verifiable presentation. W3C Verifiable Credentials Data Model 1.1.";
        SD = "_sd", "Digests of undisclosed claims. RFC 9901.";
        SD_ALG = "_sd_alg", "Hash algorithm of those digests. RFC 9901.";
        SD_HASH = "sd_hash", "Digest of the presentation, in a key binding JWT. RFC 9901.";
        STATUS = "status", "Where the token's status is found. Token Status List.";
        ACE_PROFILE = "ace_profile", "Profile between client and resource server. RFC 9200.";
        CNONCE = "cnonce", "Client nonce. RFC 9200.";
        EXI = "exi", "Lifetime in seconds from the first sight. RFC 9200.";
        ROLE = "role", "A role, as many servers write it. Not registered.";
        IDP = "idp", "The identity provider that authenticated the user, as some servers write it. Not registered.";
        REFERENCE_TOKEN_ID = "reference_token_id", "Identifier of a reference token, as some servers write it. Not registered.";
        TID = "tid", "The tenant, as Microsoft Entra writes it. Not registered.";
    }
}

/// Members of the claim `cnf` (IANA, JWT Confirmation Methods): RFC 7800 section 3 and the extensions that each row names.
pub mod confirmation_methods {
    super::names! {
        JWK = "jwk", "The public key. RFC 7800 section 3.2.";
        JWE = "jwe", "The encrypted symmetric key. RFC 7800 section 3.3.";
        KID = "kid", "The key identifier. RFC 7800 section 3.4.";
        JKU = "jku", "Address of a key set. RFC 7800 section 3.5.";
        JKT = "jkt", "SHA-256 thumbprint of the public key. RFC 9449 section 6.";
        X5T_S256 = "x5t#S256", "SHA-256 thumbprint of the TLS client certificate. RFC 8705 section 3.1.";
    }
}

/// Members of the claim `events`: RFC 8417 section 2.2.
pub mod events {
    super::names! {
        BACKCHANNEL_LOGOUT = "http://schemas.openid.net/event/backchannel-logout",
            "A logout. OpenID Connect Back-Channel Logout 1.0 section 2.4.";
    }
}
