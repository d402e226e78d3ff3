//! Content codings (RFC 9110 section 8.4.1): what the server has compressed is decoded here, so that names in any case and the old ones
//! (`x-gzip`) count, and the limit of the request is held while decoding.

use std::io::{self, Read};

use bytes::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};

/// What a request says it can read.
pub(super) const ACCEPTED: &str = "gzip, deflate";

/// More codings one upon the other than any server has a reason for.
const MOST_CODINGS: usize = 4;

/// A body that cannot be decoded.
#[derive(Debug)]
pub(super) enum DecodingError {
    /// It is longer than the limit once decoded.
    TooLarge,
    /// It is not what its coding says.
    Broken(io::Error),
    /// A coding that was not asked for.
    Unknown,
    /// More codings than can have a reason.
    TooMany,
}

/// The body without its codings, at most `limit` bytes, and its headers without what described the coded one.
pub(super) fn decoded(headers: &mut HeaderMap, body: Bytes, limit: usize) -> Result<Bytes, DecodingError> {
    if !headers.contains_key(CONTENT_ENCODING) || body.is_empty() {
        return Ok(body);
    }
    let codings = codings(headers);
    if codings.len() > MOST_CODINGS {
        return Err(DecodingError::TooMany);
    }
    let mut body = body;
    for coding in codings.iter().rev() {
        body = decode(coding, &body, limit)?;
    }
    headers.remove(CONTENT_ENCODING);
    headers.remove(CONTENT_LENGTH);
    Ok(body)
}

/// In the order in which they were applied; `identity` is none.
fn codings(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(CONTENT_ENCODING).iter().map(|line| String::from_utf8_lossy(line.as_bytes()).to_ascii_lowercase());
    let codings = lines.flat_map(|line| line.split(',').map(|coding| coding.trim().to_owned()).collect::<Vec<_>>());
    codings.filter(|coding| !coding.is_empty() && coding != "identity").collect()
}

fn decode(coding: &str, body: &[u8], limit: usize) -> Result<Bytes, DecodingError> {
    match coding {
        "gzip" | "x-gzip" => read(MultiGzDecoder::new(body), limit),
        "deflate" if is_zlib(body) => read(ZlibDecoder::new(body), limit),
        // RFC 9110 section 8.4.1.2 notes that some servers leave the zlib wrapper out.
        "deflate" => read(DeflateDecoder::new(body), limit),
        _ => Err(DecodingError::Unknown),
    }
}

/// RFC 1950 section 2.2: method 8, and a check of the first two bytes.
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [method, flags, ..] if method & 0x0f == 8 && (u16::from(*method) * 256 + u16::from(*flags)) % 31 == 0)
}

/// Reads one byte more than is allowed, to see that there is one.
fn read(decoder: impl Read, limit: usize) -> Result<Bytes, DecodingError> {
    let mut decoded = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    decoder.take(most).read_to_end(&mut decoded).map_err(DecodingError::Broken)?;
    if decoded.len() > limit { Err(DecodingError::TooLarge) } else { Ok(decoded.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Write as _;

    const TEXT: &[u8] = b"{\"keys\":[]}";

    fn gzip(text: &[u8]) -> Bytes {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap().into()
    }

    fn zlib(text: &[u8]) -> Bytes {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap().into()
    }

    fn raw_deflate(text: &[u8]) -> Bytes {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap().into()
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
    fn a_body_without_a_coding_and_an_empty_one_stay_as_they_are() {
        let mut plain = headers(&[]);
        assert_eq!(decoded(&mut plain, Bytes::from_static(TEXT), 1).unwrap(), TEXT);
        assert_eq!(plain.len(), 1);
        assert_eq!(decoded(&mut headers(&["gzip"]), Bytes::new(), 1).unwrap(), "");
    }

    #[test]
    fn h9_the_limit_counts_decoded_bytes() {
        let limited = |limit| decoded(&mut headers(&["gzip"]), gzip(&[0; 1000]), limit);
        assert_eq!(limited(1000).unwrap().len(), 1000);
        assert!(matches!(limited(999), Err(DecodingError::TooLarge)));
        let nested = gzip(&gzip(&vec![0; 1_000_000]));
        assert!(matches!(decoded(&mut headers(&["gzip, gzip"]), nested, 10_000), Err(DecodingError::TooLarge)));
    }

    #[test]
    fn what_is_broken_unknown_or_without_end_is_refused() {
        let outcome = |coding: &str, body: Bytes| decoded(&mut headers(&[coding]), body, 1000).unwrap_err();
        assert!(matches!(outcome("gzip", Bytes::from_static(b"nope")), DecodingError::Broken(_)));
        assert!(matches!(outcome("gzip", gzip(TEXT).slice(..15)), DecodingError::Broken(_)));
        assert!(matches!(outcome("deflate", Bytes::from_static(b"\xff\xff")), DecodingError::Broken(_)));
        for unknown in ["br", "zstd", "compress", "gzip2", "gzip, br"] {
            assert!(matches!(outcome(unknown, gzip(TEXT)), DecodingError::Unknown), "{unknown}");
        }
        assert!(matches!(outcome("gzip, gzip, gzip, gzip, gzip", gzip(TEXT)), DecodingError::TooMany));
    }
}
