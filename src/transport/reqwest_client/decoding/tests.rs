use super::*;
use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};

const TEXT: &[u8] = b"{\"keys\":[]}";

/// A member with these flags and what they announce.
fn with_header(text: &[u8], flags: u8, announced: &[u8]) -> Bytes {
    let header = [&[0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 0xff], announced].concat();
    let length = u32::try_from(text.len()).unwrap();
    [header, compress_to_vec(text, 6), crc32(text).to_le_bytes().to_vec(), length.to_le_bytes().to_vec()].concat().into()
}

fn gzip(text: &[u8]) -> Bytes {
    with_header(text, 0, &[])
}

fn zlib(text: &[u8]) -> Bytes {
    compress_to_vec_zlib(text, 6).into()
}

fn raw_deflate(text: &[u8]) -> Bytes {
    compress_to_vec(text, 6).into()
}

fn headers(codings: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_LENGTH, 7.into());
    for coding in codings {
        headers.append(CONTENT_ENCODING, coding.parse().unwrap());
    }
    headers
}

#[test]
fn the_checksum_is_the_one_of_the_specification() {
    assert_eq!((crc32(b""), crc32(b"123456789")), (0, 0xcbf4_3926));
}

#[test]
fn h_gzip_names_count_in_any_case_and_the_old_one_too() {
    for (coding, body) in [
        ("gzip", gzip(TEXT)),
        ("GZIP", gzip(TEXT)),
        ("x-gzip", gzip(TEXT)),
        ("X-GZip", gzip(TEXT)),
        (" gzip ", gzip(TEXT)),
        ("deflate", zlib(TEXT)),
        ("Deflate", raw_deflate(TEXT)),
        ("identity", Bytes::from_static(TEXT)),
        ("Identity, GZIP", gzip(TEXT)),
        ("", Bytes::from_static(TEXT)),
        ("deflate, gzip", gzip(&zlib(TEXT))),
    ] {
        let mut headers = headers(&[coding]);
        assert_eq!(decoded(&mut headers, body, 100).unwrap(), TEXT, "{coding}");
        assert!(headers.is_empty(), "what described the coded body is gone: {headers:?}");
    }
    let mut two_lines = headers(&["deflate", "gzip"]);
    assert_eq!(decoded(&mut two_lines, gzip(&zlib(TEXT)), 100).unwrap(), TEXT);
    let members = [gzip(b"{\"keys\""), gzip(b":[]}")].concat();
    assert_eq!(decoded(&mut headers(&["gzip"]), members.into(), 100).unwrap(), TEXT, "several members are one text");
}

#[test]
fn h_gzip_whatever_a_header_announces_is_passed_over() {
    for (flags, announced) in [
        (0x04, &b"\x03\x00abc"[..]),
        (0x08, b"keys.json\0"),
        (0x10, b"a comment\0"),
        (0x02, b"\x12\x34"),
        (0x1e, b"\x01\x00xname\0comment\0\x12\x34"),
    ] {
        assert_eq!(decoded(&mut headers(&["gzip"]), with_header(TEXT, flags, announced), 100).unwrap(), TEXT, "{flags:#x}");
        let cut = decoded(&mut headers(&["gzip"]), with_header(TEXT, flags, announced).slice(..11), 100);
        assert!(matches!(cut, Err(DecodingError::Broken)), "{flags:#x}");
    }
}

#[test]
fn a_body_without_a_coding_and_an_empty_one_stay_as_they_are() {
    let mut plain = headers(&[]);
    assert_eq!(decoded(&mut plain, Bytes::from_static(TEXT), 1).unwrap(), TEXT);
    assert_eq!(plain.len(), 1);
    assert_eq!(decoded(&mut headers(&["gzip"]), Bytes::new(), 1).unwrap(), "");
}

#[test]
fn h9_the_limit_counts_decoded_bytes() {
    for size in [1000, 8192, 8193, 100_000] {
        let limited = |limit| decoded(&mut headers(&["gzip"]), gzip(&vec![b'x'; size]), limit);
        assert_eq!(limited(size).unwrap(), vec![b'x'; size]);
        assert!(matches!(limited(size - 1), Err(DecodingError::TooLarge)));
    }
    let nested = gzip(&gzip(&vec![0; 1_000_000]));
    assert!(matches!(decoded(&mut headers(&["gzip, gzip"]), nested, 10_000), Err(DecodingError::TooLarge)));
    let many = [gzip(&[0; 600]), gzip(&[0; 600])].concat();
    assert!(matches!(decoded(&mut headers(&["gzip"]), many.into(), 1000), Err(DecodingError::TooLarge)), "all members together");
}

#[test]
fn what_is_broken_unknown_or_without_end_is_refused() {
    let outcome = |coding: &str, body: Bytes| decoded(&mut headers(&[coding]), body, 1000).unwrap_err();
    assert!(matches!(outcome("gzip", Bytes::from_static(b"nope")), DecodingError::Broken));
    let whole = gzip(TEXT);
    for length in 1..whole.len() {
        assert!(matches!(outcome("gzip", whole.slice(..length)), DecodingError::Broken), "{length}");
    }
    for place in whole.len() - 8..whole.len() {
        let mut changed = whole.to_vec();
        changed[place] ^= 1;
        assert!(matches!(outcome("gzip", changed.into()), DecodingError::Broken), "checksum and length count: {place}");
    }
    assert!(matches!(outcome("gzip", [&whole[..], b"more"].concat().into()), DecodingError::Broken));
    assert!(matches!(outcome("deflate", Bytes::from_static(b"\xff\xff")), DecodingError::Broken));
    assert!(matches!(outcome("deflate", zlib(TEXT).slice(..8)), DecodingError::Broken));
    for unknown in ["br", "zstd", "compress", "gzip2", "gzip, br"] {
        assert!(matches!(outcome(unknown, gzip(TEXT)), DecodingError::Unknown), "{unknown}");
    }
    assert!(matches!(outcome("gzip, gzip, gzip, gzip, gzip", gzip(TEXT)), DecodingError::TooMany));
    let four_times = gzip(&gzip(&gzip(&gzip(TEXT))));
    assert_eq!(decoded(&mut headers(&["gzip, gzip, gzip, gzip"]), four_times, 1000).unwrap(), TEXT, "four are not too many");
}
