//! Values of the claim `amr`: RFC 8176 section 2.

use super::table::names;

names! {
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
