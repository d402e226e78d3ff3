//! Content codings (RFC 9110 section 8.4.1): what the server has compressed is decoded here, so that names in any case and the old ones
//! (`x-gzip`) count, and the limit of the request is held while decoding.

use std::sync::LazyLock;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush, MZStatus};

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
    Broken,
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
    let mut decoded = Vec::new();
    match coding {
        "gzip" | "x-gzip" => {
            let mut rest = body;
            while !rest.is_empty() {
                rest = member(rest, &mut decoded, limit)?;
            }
        }
        "deflate" => {
            // RFC 9110 section 8.4.1.2 notes that some servers leave the zlib wrapper out.
            let format = if is_zlib(body) { DataFormat::Zlib } else { DataFormat::Raw };
            inflated(body, format, &mut decoded, limit)?;
        }
        _ => return Err(DecodingError::Unknown),
    }
    Ok(decoded.into())
}

/// One member of a gzip file (RFC 1952 section 2.3); the rest are others, which count as one text.
fn member<'b>(body: &'b [u8], decoded: &mut Vec<u8>, limit: usize) -> Result<&'b [u8], DecodingError> {
    let start = decoded.len();
    let rest = inflated(content(body).ok_or(DecodingError::Broken)?, DataFormat::Raw, decoded, limit)?;
    let (trailer, rest) = rest.split_first_chunk::<8>().ok_or(DecodingError::Broken)?;
    let text = decoded.get(start..).unwrap_or_default();
    let length = u32::try_from(text.len()).unwrap_or_default();
    let expected = [crc32(text).to_le_bytes(), length.to_le_bytes()].concat();
    if trailer.as_slice() == expected { Ok(rest) } else { Err(DecodingError::Broken) }
}

/// What stands behind the header of a member: ten bytes, and what its flags announce.
fn content(body: &[u8]) -> Option<&[u8]> {
    const EXTRA: u8 = 0x04;
    const NAME: u8 = 0x08;
    const COMMENT: u8 = 0x10;
    const HEADER_CHECK: u8 = 0x02;
    let ([0x1f, 0x8b, 8, flags, ..], mut rest) = body.split_first_chunk::<10>()? else { return None };
    if flags & EXTRA != 0 {
        let (length, others) = rest.split_first_chunk::<2>()?;
        rest = others.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            rest = rest.get(rest.iter().position(|byte| *byte == 0)? + 1..)?;
        }
    }
    if flags & HEADER_CHECK != 0 {
        rest = rest.get(2..)?;
    }
    Some(rest)
}

/// Appends what `body` stands for, as long as all of it fits `limit`; answers what stands behind.
fn inflated<'b>(body: &'b [u8], format: DataFormat, decoded: &mut Vec<u8>, limit: usize) -> Result<&'b [u8], DecodingError> {
    let mut state = InflateState::new_boxed(format);
    let mut chunk = [0; 8192];
    let mut rest = body;
    loop {
        let result = inflate(&mut state, rest, &mut chunk, MZFlush::None);
        rest = rest.get(result.bytes_consumed..).unwrap_or_default();
        let written = chunk.get(..result.bytes_written).unwrap_or_default();
        if written.len() > limit - decoded.len() {
            return Err(DecodingError::TooLarge);
        }
        decoded.extend_from_slice(written);
        match result.status {
            Ok(MZStatus::StreamEnd) => return Ok(rest),
            Ok(_) if result.bytes_consumed > 0 || result.bytes_written > 0 => {}
            // Neither goes on: the body was cut off.
            _ => return Err(DecodingError::Broken),
        }
    }
}

/// The remainders of every byte, for the checksum of RFC 1952 section 8.
static REMAINDERS: LazyLock<[u32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| {
        let byte = u32::try_from(byte).unwrap_or_default();
        (0..8).fold(byte, |remainder, _| (remainder >> 1) ^ (0xedb8_8320 * (remainder & 1)))
    })
});

fn crc32(text: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        let [lowest, ..] = crc.to_le_bytes();
        (crc >> 8) ^ REMAINDERS.get(usize::from(lowest ^ byte)).copied().unwrap_or_default()
    };
    !text.iter().fold(u32::MAX, step)
}

/// RFC 1950 section 2.2: method 8, and a check of the first two bytes.
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [method, flags, ..] if method & 0x0f == 8 && (u16::from(*method) * 256 + u16::from(*flags)) % 31 == 0)
}

#[cfg(test)]
mod tests;
