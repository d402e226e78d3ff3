use super::*;

fn modulus(octets: usize) -> Vec<u8> {
    let mut modulus = vec![0xa5; octets];
    modulus[octets - 1] |= 1;
    modulus
}

#[test]
fn k6_rsa_moduli_have_2048_to_8192_bits() {
    for octets in [0, 1, 64, 128, 255, 1025, 5000] {
        assert!(RsaPublic::new(&modulus(octets.max(1)), &[1, 0, 1]).is_err(), "{octets}");
    }
    for octets in [256, 384, 512, 1024] {
        assert!(RsaPublic::new(&modulus(octets), &[1, 0, 1]).is_ok(), "{octets}");
    }
    let mut one_bit_less = modulus(256);
    one_bit_less[0] = 0x7f;
    let error = RsaPublic::new(&one_bit_less, &[1, 0, 1]).err().unwrap();
    assert_eq!(error, KeyError::Member { member: "n", expected: "2048 to 8192 bits long", found: "2047 bits".into() });
}

#[test]
fn k7_one_leading_zero_octet_of_n_is_forgiven_and_stripped() {
    let bare = modulus(256);
    let one = [&[0][..], &bare].concat();
    let two = [&[0, 0][..], &bare].concat();
    assert_eq!(&*RsaPublic::new(&one, &[1, 0, 1]).unwrap_or_else(|e| panic!("{e}")).modulus, &bare[..]);
    assert!(RsaPublic::new(&two, &[1, 0, 1]).is_err());
    assert!(RsaPublic::new(&[0], &[3]).is_err());
    assert!(RsaPublic::new(&[], &[3]).is_err());
}

#[test]
fn k6_even_numbers_and_odd_exponents_out_of_range_are_refused() {
    let mut even = modulus(256);
    even[255] = 0x10;
    assert!(RsaPublic::new(&even, &[1, 0, 1]).is_err());
    let refused: [&[u8]; 7] = [&[], &[0], &[1], &[2], &[1, 0, 0], &[2, 0, 0, 0, 1], &[1; 9]];
    for exponent in refused {
        assert!(RsaPublic::new(&modulus(256), exponent).is_err(), "{exponent:?}");
    }
    let accepted: [&[u8]; 4] = [&[3], &[1, 0, 1], &[0, 1, 0, 1], &[1, 0xff, 0xff, 0xff, 0xff]];
    for exponent in accepted {
        assert!(RsaPublic::new(&modulus(256), exponent).is_ok(), "{exponent:?}");
    }
}

#[test]
fn k7_coordinates_have_the_curves_exact_length() {
    for (curve, size) in [(Curve::P256, 32), (Curve::P384, 48), (Curve::P521, 66), (Curve::Secp256k1, 32)] {
        assert!(EcPublic::new(curve, &vec![1; size], &vec![1; size]).is_ok());
        assert!(EcPublic::new(curve, &vec![1; size - 1], &vec![1; size]).is_err());
        assert!(EcPublic::new(curve, &vec![1; size], &vec![1; size + 1]).is_err());
        assert!(EcPublic::new(curve, &vec![0; size], &vec![0; size]).is_err());
    }
}

#[test]
fn k7_small_order_points_are_refused_in_every_encoding() {
    let mut encodings = Vec::new();
    let mut with_first = |first: u8, rest: u8, last: u8| {
        let mut point = [rest; 32];
        point[0] = first;
        point[31] = last;
        encodings.push(point);
    };
    for sign in [0, 0x80] {
        with_first(0, 0, sign);
        with_first(1, 0, sign);
        for first in [0xec, 0xed, 0xee] {
            with_first(first, 0xff, 0x7f | sign);
        }
    }
    assert_eq!(encodings.len(), 10);
    for text in [
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    ] {
        let bytes: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect();
        encodings.push(bytes.try_into().unwrap());
    }
    for point in encodings {
        assert_eq!(OkpPublic::new(Curve::Ed25519, &point).err(), Some(KeyError::SmallOrder), "{point:02x?}");
        assert!(OkpPublic::new(Curve::X25519, &point).is_ok());
    }
    let mut neighbour = [0; 32];
    neighbour[0] = 3;
    assert!(OkpPublic::new(Curve::Ed25519, &neighbour).is_ok());
}

#[test]
fn k7_octet_keys_have_their_exact_length() {
    for size in [0, 31, 33, 57] {
        assert!(OkpPublic::new(Curve::Ed25519, &vec![9; size]).is_err());
    }
}

#[test]
fn debug_shows_no_bytes() {
    let secret = PublicMaterial::Octet(Zeroizing::new(b"canary canary canary".to_vec()));
    assert_eq!(format!("{secret:?}"), "oct");
}
