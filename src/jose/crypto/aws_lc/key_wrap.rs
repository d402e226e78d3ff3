//! AES key wrap: RFC 3394. The library has it for 128 and 256 bits; for 192 bits it is built here over single AES blocks.

use aws_lc_rs::cipher::{AES_192, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::key_wrap::{self, AesKek, KeyWrap};
use zeroize::Zeroizing;

use crate::secret::constant_time_eq;

/// RFC 3394 section 2.2.3.1.
const INITIAL: [u8; 8] = [0xa6; 8];
const HALF: usize = 8;
const ROUNDS: u64 = 6;

/// Wraps `key`, whose length is a multiple of eight octets.
pub(super) fn wrap(wrapping_key: &[u8], key: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let cipher = match wrapping_key.len() {
        16 => &key_wrap::AES_128,
        24 => return wrap_192(wrapping_key, key),
        _ => &key_wrap::AES_256,
    };
    let mut wrapped = vec![0; key.len() + HALF];
    let length = AesKek::new(cipher, wrapping_key)?.wrap(key, &mut wrapped)?.len();
    wrapped.truncate(length);
    Ok(wrapped)
}

/// Unwraps a key and checks its integrity.
pub(super) fn unwrap(wrapping_key: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
    let cipher = match wrapping_key.len() {
        16 => &key_wrap::AES_128,
        24 => return unwrap_192(wrapping_key, wrapped),
        _ => &key_wrap::AES_256,
    };
    let mut key = Zeroizing::new(vec![0; wrapped.len().saturating_sub(HALF)]);
    let length = AesKek::new(cipher, wrapping_key)?.unwrap(wrapped, &mut key)?.len();
    key.truncate(length);
    Ok(key)
}

/// RFC 3394 section 2.2.1, by index.
fn wrap_192(wrapping_key: &[u8], key: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let (halves, rest) = key.as_chunks::<HALF>();
    if halves.len() < 2 || !rest.is_empty() {
        return Err(Unspecified);
    }
    let cipher = EncryptingKey::ecb(UnboundCipherKey::new(&AES_192, wrapping_key)?)?;
    let mut registers = Zeroizing::new(halves.to_vec());
    let mut integrity = INITIAL;
    let mut step = 0_u64;
    for _ in 0..ROUNDS {
        for register in registers.iter_mut() {
            let mut block = Zeroizing::new(joined(integrity, *register));
            cipher.less_safe_encrypt(&mut *block, EncryptionContext::None)?;
            step += 1;
            (integrity, *register) = parted(&block);
            integrity = counted(integrity, step);
        }
    }
    let mut wrapped = integrity.to_vec();
    wrapped.extend(registers.iter().flatten());
    Ok(wrapped)
}

/// RFC 3394 section 2.2.2, by index.
fn unwrap_192(wrapping_key: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
    let (halves, rest) = wrapped.as_chunks::<HALF>();
    let Some((first, halves)) = halves.split_first() else { return Err(Unspecified) };
    if halves.len() < 2 || !rest.is_empty() {
        return Err(Unspecified);
    }
    let cipher = DecryptingKey::ecb(UnboundCipherKey::new(&AES_192, wrapping_key)?)?;
    let mut registers = Zeroizing::new(halves.to_vec());
    let mut integrity = *first;
    let mut step = ROUNDS * registers.len() as u64;
    for _ in 0..ROUNDS {
        for register in registers.iter_mut().rev() {
            let mut block = Zeroizing::new(joined(counted(integrity, step), *register));
            cipher.decrypt(&mut *block, DecryptionContext::None)?;
            step -= 1;
            (integrity, *register) = parted(&block);
        }
    }
    if constant_time_eq(&integrity, &INITIAL) {
        Ok(Zeroizing::new(registers.iter().flatten().copied().collect()))
    } else {
        Err(Unspecified)
    }
}

fn joined(integrity: [u8; HALF], register: [u8; HALF]) -> [u8; 2 * HALF] {
    let joined = u128::from(u64::from_be_bytes(integrity)) << 64 | u128::from(u64::from_be_bytes(register));
    joined.to_be_bytes()
}

fn parted(block: &[u8; 2 * HALF]) -> ([u8; HALF], [u8; HALF]) {
    let joined = u128::from_be_bytes(*block);
    (((joined >> 64) as u64).to_be_bytes(), (joined as u64).to_be_bytes())
}

fn counted(integrity: [u8; HALF], step: u64) -> [u8; HALF] {
    (u64::from_be_bytes(integrity) ^ step).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets(hexadecimal: &str) -> Vec<u8> {
        hexadecimal.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }

    /// RFC 3394 sections 4.1 to 4.6.
    const EXAMPLES: &[(usize, usize, &str)] = &[
        (16, 16, "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"),
        (24, 16, "96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d"),
        (32, 16, "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"),
        (24, 24, "031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2"),
        (32, 24, "a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1"),
        (32, 32, "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"),
    ];

    #[test]
    fn rfc_3394_examples() {
        let wrapping = octets("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        let key = octets("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
        for (wrapping_size, key_size, expected) in EXAMPLES {
            let (wrapping, key) = (&wrapping[..*wrapping_size], &key[..*key_size]);
            assert_eq!(wrap(wrapping, key).unwrap(), octets(expected));
            assert_eq!(*unwrap(wrapping, &octets(expected)).unwrap(), key);
        }
    }

    #[test]
    fn any_changed_bit_and_any_other_length_is_refused() {
        for size in [16, 24, 32] {
            let wrapping = vec![7; size];
            for length in [16, 24, 32, 48, 64] {
                let wrapped = wrap(&wrapping, &vec![9; length]).unwrap();
                for bit in 0..wrapped.len() * 8 {
                    let mut changed = wrapped.clone();
                    changed[bit / 8] ^= 1 << (bit % 8);
                    assert!(unwrap(&wrapping, &changed).is_err());
                }
                for shorter in 0..wrapped.len() {
                    assert!(unwrap(&wrapping, &wrapped[..shorter]).is_err());
                }
            }
            for length in [0, 1, 8, 15, 17] {
                assert!(wrap(&wrapping, &vec![9; length]).is_err(), "{length}");
            }
        }
    }
}
