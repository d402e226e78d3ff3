//! The fingerprint of RSA keys from one vendor's chips, whose primes can be found (CVE-2017-15361, "ROCA", Nemec and others 2017).
//!
//! Those primes are `k * M + (65537 ^ a mod M)` with `M` a product of the first primes. So the modulus lies, for every small prime, in the
//! subgroup that 65537 generates. Another key does so for all of them by a chance of about one in 2^154.

/// The primes of `M` for the largest of those keys go up to here.
const LARGEST: u64 = 701;

/// Whether a modulus (big-endian) carries the fingerprint. Most other keys are told apart by the first two or three primes.
pub(crate) fn has_fingerprint(modulus: &[u8]) -> bool {
    (3..=LARGEST).step_by(2).filter(|candidate| is_prime(*candidate)).all(|prime| generates(remainder(modulus, prime), prime))
}

fn is_prime(odd: u64) -> bool {
    (3..odd).step_by(2).take_while(|divisor| divisor * divisor <= odd).all(|divisor| !odd.is_multiple_of(divisor))
}

fn remainder(number: &[u8], prime: u64) -> u64 {
    number.iter().fold(0, |rest, octet| (rest << 8 | u64::from(*octet)) % prime)
}

/// Whether a power of 65537 is congruent to `wanted`.
fn generates(wanted: u64, prime: u64) -> bool {
    let generator = 65537 % prime;
    let mut power = 1;
    loop {
        if power == wanted {
            return true;
        }
        power = power * generator % prime;
        if power == 1 || power == 0 {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_the_generator_have_it_and_their_neighbours_do_not() {
        // 65537^3, and numbers beside it.
        let cube = 65537_u128.pow(3);
        assert!(has_fingerprint(&65537_u32.to_be_bytes()));
        assert!(has_fingerprint(&cube.to_be_bytes()));
        assert!(has_fingerprint(&[1]));
        for other in [cube + 2, cube - 2, cube * 3, 2, 0] {
            assert!(!has_fingerprint(&other.to_be_bytes()), "{other}");
        }
        assert!(!has_fingerprint(&[0xa5; 256]));
    }

    #[test]
    fn the_primes_are_the_primes() {
        let primes: Vec<_> = (3..60).step_by(2).filter(|odd| is_prime(*odd)).collect();
        assert_eq!(primes, [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59]);
    }
}
