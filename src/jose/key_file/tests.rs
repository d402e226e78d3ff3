use super::*;
use crate::jose::PrivateKey;

/// RFC 8410 section 10.3: the second form holds the public key and attributes as well.
const RFC8410: [&str; 2] = [
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\nMHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\noB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\nZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PRIVATE KEY-----\n",
];

#[test]
fn rfc8410_examples_are_one_key() {
    let keys = RFC8410.map(|text| PrivateKey::from_pem(text).unwrap());
    assert_eq!(keys[0].expose_jwk().expose(), keys[1].expose_jwk().expose());
    assert!(keys[0].public_jwk().to_json().contains("Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE"));
}

#[test]
fn armour_is_found_behind_other_text_and_refused_when_broken() {
    let text = format!("a comment\n-----BEGIN OTHER-----\nAAAA\n-----END OTHER-----\n{}", RFC8410[0].replace('\n', "\r\n"));
    assert!(PrivateKey::from_pem(&text).is_ok());
    for broken in [RFC8410[0].replace("END PRIVATE", "END PUBLIC"), RFC8410[0].replace("MC4C", "Proc-Type: 4\n\nMC4C")] {
        assert!(matches!(pem(&broken, PRIVATE_LABELS), Err(KeyError::Encoding { format: "PEM", .. })));
    }
    assert!(pem(&"-".repeat(100_000), PRIVATE_LABELS).is_err());
}

#[test]
fn encrypted_keys_are_called_that_in_either_armour() {
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    let new = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    for (text, name) in [(old, "encrypted RSA PRIVATE KEY"), (new, "ENCRYPTED PRIVATE KEY")] {
        assert_eq!(PrivateKey::from_pem(text).unwrap_err(), KeyError::Unsupported { name: name.into() });
    }
}

#[test]
fn versions_and_trailing_octets_are_checked() {
    let der = pem(RFC8410[0], PRIVATE_LABELS).unwrap();
    let with = |position: usize, octet: u8| {
        let mut changed = der.to_vec();
        changed[position] = octet;
        changed
    };
    for changed in [with(4, 2), with(1, 0x2f), [&der[..], &[0]].concat(), with(15, 0x1f), with(0, 0x31)] {
        assert!(private_key(&changed).is_err(), "{changed:02x?}");
    }
    assert!(matches!(private_key(&with(11, 0x71)), Err(KeyError::Unsupported { name }) if name == "object identifier 2b6571"));
}
