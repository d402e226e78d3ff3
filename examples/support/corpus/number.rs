//! Powers of large numbers, for signatures that no library makes: odd salts, weak keys, broken padding. Never for a secret worth keeping.

/// `base ^ exponent mod modulus`, as long as the modulus; all big-endian, the modulus odd.
pub(crate) fn power(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Vec<u8> {
    let field = Field::new(modulus);
    let mut result = field.one.clone();
    let base = field.reduced(base);
    for bit in exponent.iter().flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1)) {
        result = field.multiply(&result, &result);
        if bit == 1 {
            result = field.multiply(&result, &base);
        }
    }
    let plain = field.multiply(&result, &field.unit());
    octets(&plain, modulus.len())
}

/// `a - b`, as long as `a`, which is the larger.
pub(crate) fn minus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrow = 0;
    let mut result: Vec<u8> = aligned(a, b)
        .map(|(a, b)| {
            let difference = 256 + i32::from(a) - i32::from(b) - borrow;
            borrow = i32::from(difference < 256);
            difference as u8
        })
        .collect();
    result.reverse();
    result
}

/// `a + b`, as long as `a` or one octet more.
pub(crate) fn plus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    let mut result: Vec<u8> = aligned(a, b)
        .map(|(a, b)| {
            let sum = u16::from(a) + u16::from(b) + carry;
            carry = sum >> 8;
            sum as u8
        })
        .collect();
    if carry > 0 {
        result.push(1);
    }
    result.reverse();
    result
}

/// `a * b`, as long as both together.
pub(crate) fn times(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut product = vec![0_u8; a.len() + b.len()];
    for (row, a) in a.iter().enumerate().rev() {
        let mut carry = 0_u16;
        for (column, b) in b.iter().enumerate().rev() {
            let sum = u16::from(product[row + column + 1]) + u16::from(*a) * u16::from(*b) + carry;
            product[row + column + 1] = sum as u8;
            carry = sum >> 8;
        }
        product[row] = carry as u8;
    }
    product
}

/// The octets of both from the least one on; `b` is filled up with zeros.
fn aligned<'a>(a: &'a [u8], b: &'a [u8]) -> impl Iterator<Item = (u8, u8)> + 'a {
    a.iter().rev().copied().zip(b.iter().rev().copied().chain(std::iter::repeat(0)))
}

/// Numbers modulo an odd number, times 2^(64 * limbs) as Montgomery has them.
struct Field {
    modulus: Vec<u64>,
    inverse: u64,
    one: Vec<u64>,
}

impl Field {
    fn new(modulus: &[u8]) -> Self {
        let modulus = limbs(modulus, modulus.len().div_ceil(8));
        // Newton: each step doubles the bits that are right.
        let inverse = (0..6).fold(1_u64, |inverse, _| inverse.wrapping_mul(2_u64.wrapping_sub(modulus[0].wrapping_mul(inverse))));
        let mut field = Self { inverse: inverse.wrapping_neg(), one: Vec::new(), modulus };
        let doublings = 64 * field.modulus.len();
        field.one = (0..doublings).fold(field.unit(), |number, _| field.double(&number));
        field
    }

    fn unit(&self) -> Vec<u64> {
        let mut unit = vec![0; self.modulus.len()];
        unit[0] = 1;
        unit
    }

    fn reduced(&self, number: &[u8]) -> Vec<u64> {
        let zero = vec![0; self.modulus.len()];
        number.iter().flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1)).fold(zero, |number, bit| {
            let doubled = self.double(&number);
            if bit == 1 { self.add(&doubled, &self.one) } else { doubled }
        })
    }

    fn double(&self, number: &[u64]) -> Vec<u64> {
        self.add(number, number)
    }

    fn add(&self, a: &[u64], b: &[u64]) -> Vec<u64> {
        let mut carry = false;
        let sum = a.iter().zip(b).map(|(a, b)| {
            let (sum, first) = a.overflowing_add(*b);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            carry = first | second;
            sum
        });
        let sum: Vec<u64> = sum.collect();
        self.below_modulus(sum, carry)
    }

    fn below_modulus(&self, number: Vec<u64>, carry: bool) -> Vec<u64> {
        if !carry && number.iter().rev().lt(self.modulus.iter().rev()) {
            return number;
        }
        let mut borrow = false;
        let difference = number.iter().zip(&self.modulus).map(|(a, b)| {
            let (difference, first) = a.overflowing_sub(*b);
            let (difference, second) = difference.overflowing_sub(u64::from(borrow));
            borrow = first | second;
            difference
        });
        difference.collect()
    }

    fn multiply(&self, a: &[u64], b: &[u64]) -> Vec<u64> {
        let size = self.modulus.len();
        let mut sum = vec![0_u64; size + 2];
        for factor in b {
            add_product(&mut sum, a, *factor);
            let quotient = sum[0].wrapping_mul(self.inverse);
            add_product(&mut sum, &self.modulus, quotient);
            sum.rotate_left(1);
            sum[size + 1] = 0;
        }
        let carry = sum[size] > 0;
        sum.truncate(size);
        self.below_modulus(sum, carry)
    }
}

fn add_product(sum: &mut [u64], number: &[u64], factor: u64) {
    let (low, high) = sum.split_at_mut(number.len());
    let mut carry = 0_u128;
    for (place, limb) in low.iter_mut().zip(number) {
        let product = u128::from(*limb) * u128::from(factor) + u128::from(*place) + carry;
        *place = product as u64;
        carry = product >> 64;
    }
    for place in high {
        let total = u128::from(*place) + carry;
        *place = total as u64;
        carry = total >> 64;
    }
}

fn limbs(number: &[u8], size: usize) -> Vec<u64> {
    let mut limbs: Vec<u64> = number.rchunks(8).map(|chunk| chunk.iter().fold(0, |limb, octet| limb << 8 | u64::from(*octet))).collect();
    limbs.resize(size, 0);
    limbs
}

fn octets(limbs: &[u64], size: usize) -> Vec<u8> {
    let all: Vec<u8> = limbs.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
    all[all.len() - size..].to_vec()
}
