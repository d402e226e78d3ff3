//! Times on the wire: NumericDate (RFC 7519 section 2), seconds since the epoch, HTTP dates (RFC 9110 section 5.6.7).
//!
//! Nothing here overflows: what cannot be represented is rejected when read and saturates when computed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::json::{JsonKind, JsonValue};

/// The last second of the year 9999. A NumericDate beyond it is milliseconds or worse, never a date.
const LAST_SECOND: i64 = 253_402_300_799;
const NANOSECONDS: u32 = 1_000_000_000;

/// Seconds since 1970-01-01T00:00:00Z, leap seconds ignored, perhaps with a fraction (RFC 7519 section 2).
///
/// Read from the digits of the JSON number, not through a double: `1700000000.1` is exactly that, to the nanosecond (further digits are
/// dropped). From the epoch to the end of the year 9999; [`parse_signed`](Self::parse_signed) takes dates before the epoch as well.
///
/// # Example
/// ```
/// use identity_model::encoding::epoch::NumericDate;
///
/// let date = NumericDate::parse("1700000000.25")?;
/// assert_eq!((date.seconds(), date.nanoseconds()), (1_700_000_000, 250_000_000));
/// assert!(NumericDate::parse("1700000000000").is_err()); // milliseconds
/// assert!(NumericDate::parse("-1").is_err() && NumericDate::parse_signed("-1").is_ok());
/// # Ok::<(), identity_model::encoding::epoch::NumericDateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumericDate {
    seconds: i64,
    nanoseconds: u32,
}

/// A value is no NumericDate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumericDateError {
    /// Not a JSON number.
    #[error("expected a number, found {0}")]
    NotANumber(JsonKind),
    /// A number outside the years 1970 to 9999 (before 1970 only where that is allowed).
    #[error("expected a number of seconds between the years 1970 and 9999")]
    OutOfRange,
}

impl NumericDate {
    /// The moment `seconds` after the epoch; beyond the end of the year 9999 (or as far before the epoch) it saturates.
    pub const fn from_seconds(seconds: i64) -> Self {
        let seconds = if seconds > LAST_SECOND { LAST_SECOND } else { seconds };
        Self { seconds: if seconds < -LAST_SECOND { -LAST_SECOND } else { seconds }, nanoseconds: 0 }
    }

    /// Reads a member of a JSON object.
    ///
    /// # Errors
    /// [`NumericDateError`].
    pub fn from_json(value: JsonValue<'_>) -> Result<Self, NumericDateError> {
        Self::from_json_signed(value).and_then(Self::not_before_epoch)
    }

    /// Reads a member of a JSON object; moments before the epoch are fine (`iat` alone may be one).
    ///
    /// # Errors
    /// [`NumericDateError`].
    pub fn from_json_signed(value: JsonValue<'_>) -> Result<Self, NumericDateError> {
        match value.kind() {
            JsonKind::Number => Self::parse_signed(value.as_raw()),
            found => Err(NumericDateError::NotANumber(found)),
        }
    }

    /// Reads the text of a JSON number.
    ///
    /// # Errors
    /// [`NumericDateError::OutOfRange`], also for text that is no number.
    pub fn parse(number: &str) -> Result<Self, NumericDateError> {
        Self::parse_signed(number).and_then(Self::not_before_epoch)
    }

    /// Reads the text of a JSON number; moments before the epoch are fine.
    ///
    /// # Errors
    /// [`NumericDateError::OutOfRange`], also for text that is no number.
    pub fn parse_signed(number: &str) -> Result<Self, NumericDateError> {
        // Nearly every date on the wire is a plain number of few digits.
        let digit = |number: i64, byte: u8| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0'));
        if (1..=11).contains(&number.len())
            && let Some(seconds) = number.bytes().try_fold(0, digit)
        {
            return Ok(Self { seconds, nanoseconds: 0 });
        }
        let (negative, magnitude) = match number.strip_prefix('-') {
            Some(magnitude) => (true, magnitude),
            None => (false, number),
        };
        let (seconds, nanoseconds) =
            decimal(magnitude).filter(|(seconds, _)| *seconds <= LAST_SECOND).ok_or(NumericDateError::OutOfRange)?;
        Ok(match (negative, nanoseconds) {
            (false, _) => Self { seconds, nanoseconds },
            (true, 0) => Self { seconds: -seconds, nanoseconds: 0 },
            (true, _) => Self { seconds: -seconds - 1, nanoseconds: NANOSECONDS - nanoseconds },
        })
    }

    fn not_before_epoch(self) -> Result<Self, NumericDateError> {
        if self.seconds < 0 { Err(NumericDateError::OutOfRange) } else { Ok(self) }
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds on top of the whole seconds.
    pub const fn nanoseconds(self) -> u32 {
        self.nanoseconds
    }

    /// The moment `duration` later, at most the end of the year 9999.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        let nanoseconds = self.nanoseconds + duration.subsec_nanos();
        let carry = i64::from(nanoseconds >= NANOSECONDS);
        let seconds = self.seconds.saturating_add(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)).saturating_add(carry);
        Self { nanoseconds: nanoseconds % NANOSECONDS, ..Self::from_seconds(seconds) }
    }

    /// The moment `duration` earlier.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        let borrow = self.nanoseconds < duration.subsec_nanos();
        let nanoseconds = self.nanoseconds + if borrow { NANOSECONDS } else { 0 } - duration.subsec_nanos();
        let seconds = self.seconds.saturating_sub(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)).saturating_sub(i64::from(borrow));
        Self { nanoseconds, ..Self::from_seconds(seconds) }
    }
}

impl From<SystemTime> for NumericDate {
    /// Saturates at the end of the year 9999.
    fn from(time: SystemTime) -> Self {
        let epoch = Self::from_seconds(0);
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => epoch.saturating_add(after),
            Err(before) => epoch.saturating_sub(before.duration()),
        }
    }
}

impl From<NumericDate> for SystemTime {
    /// A moment that the system cannot represent becomes the epoch.
    fn from(date: NumericDate) -> Self {
        let whole = Duration::from_secs(date.seconds.unsigned_abs());
        let moment = if date.seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        moment.and_then(|moment| moment.checked_add(Duration::from_nanos(date.nanoseconds.into()))).unwrap_or(UNIX_EPOCH)
    }
}

/// Whole seconds from the epoch to `time`, rounded down; negative before it.
pub fn seconds(time: SystemTime) -> i64 {
    NumericDate::from(time).seconds()
}

/// The moment `seconds` after the epoch; saturates at the end of the year 9999.
pub fn from_seconds(seconds: i64) -> SystemTime {
    NumericDate::from_seconds(seconds).into()
}

/// Reads an HTTP date in any of its three forms (RFC 9110 section 5.6.7), as in the header `Date`.
pub fn parse_http_date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text).ok()
}

/// Seconds and nanoseconds of an unsigned decimal number with optional fraction and exponent; none where it is malformed or too large.
fn decimal(number: &str) -> Option<(i64, u32)> {
    /// More digits than this before the point cannot be a date.
    const MOST_DIGITS: i64 = 12;
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (number, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    // Digits from the first that counts on, and how many of them stand before the point once the exponent is applied.
    let zeros = whole.bytes().chain(fraction.bytes()).take_while(|byte| *byte == b'0').count();
    let mut significant = whole.bytes().chain(fraction.bytes()).skip(zeros).map(|byte| i64::from(byte - b'0'));
    if zeros == whole.len() + fraction.len() {
        return Some((0, 0));
    }
    let point = i64::try_from(whole.len()).ok()?.saturating_sub(i64::try_from(zeros).ok()?).saturating_add(exponent);
    if point > MOST_DIGITS {
        return None;
    }
    let seconds = (0..point).fold(0, |number, _| number * 10 + significant.next().unwrap_or(0));
    // Zeros between the point and the first digit of a small fraction.
    let gap = point.saturating_neg().clamp(0, 9);
    let nanoseconds = (0..9).fold(0, |number, place| number * 10 + if place < gap { 0 } else { significant.next().unwrap_or(0) });
    Some((seconds, u32::try_from(nanoseconds).ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::encoding::json::{JsonObject, JsonRules};

    fn read(number: &str) -> Result<(i64, u32), NumericDateError> {
        NumericDate::parse_signed(number).map(|date| (date.seconds(), date.nanoseconds()))
    }

    #[test]
    fn j17_numbers_and_their_fractions() {
        for (text, expected) in [
            ("0", (0, 0)),
            ("-0", (0, 0)),
            ("1700000000", (1_700_000_000, 0)),
            ("1700000000.0", (1_700_000_000, 0)),
            ("1700000000.1", (1_700_000_000, 100_000_000)),
            ("1700000000.123456789999", (1_700_000_000, 123_456_789)),
            ("0.000000001", (0, 1)),
            ("1.7e9", (1_700_000_000, 0)),
            ("1.7E+9", (1_700_000_000, 0)),
            ("17000000000e-1", (1_700_000_000, 0)),
            ("15e-1", (1, 500_000_000)),
            ("0.0000015e6", (1, 500_000_000)),
            ("5e-3", (0, 5_000_000)),
            ("1e-300", (0, 0)),
            ("0e999", (0, 0)),
            ("-1", (-1, 0)),
            ("-1.25", (-2, 750_000_000)),
            ("-1e-300", (0, 0)),
            ("253402300799", (LAST_SECOND, 0)),
            ("253402300799.999", (LAST_SECOND, 999_000_000)),
        ] {
            assert_eq!(read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn j17_what_is_no_date_is_refused() {
        for text in [
            "253402300800",
            "1700000000000",
            "9007199254740993",
            "9223372036854775807",
            "18446744073709551616",
            "1e12",
            "1e999",
            "1e99999999999999999999",
            "-253402300800",
            "NaN",
            "Infinity",
            "",
            "-",
            "1.",
            ".5",
            "1e",
            "0x10",
            "1 ",
            "+1",
            "--1",
        ] {
            assert_eq!(read(text), Err(NumericDateError::OutOfRange), "{text}");
        }
        for text in ["-1", "-0.5", "-1e300"] {
            assert!(NumericDate::parse(text).is_err(), "{text}");
        }
        let object = br#"{"string":"1700000000","null":null,"true":true,"array":[1],"number":1700000000.5,"negative":-5}"#;
        let object = JsonObject::parse(object, &JsonRules::token()).unwrap();
        for (name, kind) in
            [("string", JsonKind::String), ("null", JsonKind::Null), ("true", JsonKind::Boolean), ("array", JsonKind::Array)]
        {
            assert_eq!(NumericDate::from_json(object.get(name).unwrap()), Err(NumericDateError::NotANumber(kind)));
        }
        assert_eq!(NumericDate::from_json(object.get("number").unwrap()).unwrap().nanoseconds(), 500_000_000);
        assert!(NumericDate::from_json(object.get("negative").unwrap()).is_err());
        assert_eq!(NumericDate::from_json_signed(object.get("negative").unwrap()).unwrap().seconds(), -5);
    }

    #[test]
    fn order_and_sums() {
        let date = |text| NumericDate::parse_signed(text).unwrap();
        assert!(date("-1.5") < date("-1.25") && date("-1.25") < date("-1") && date("-1") < date("0.5") && date("0.5") < date("1"));
        assert_eq!(date("1.75").saturating_add(Duration::from_millis(500)), date("2.25"));
        assert_eq!(date("1.25").saturating_sub(Duration::from_millis(500)), date("0.75"));
        assert_eq!(date("0.25").saturating_sub(Duration::from_millis(500)), date("-0.25"));
        assert_eq!(date("1").saturating_add(Duration::MAX).seconds(), LAST_SECOND);
        assert_eq!(date("1").saturating_sub(Duration::MAX).seconds(), -LAST_SECOND);
        assert_eq!(NumericDate::from_seconds(i64::MAX).seconds(), LAST_SECOND);
        assert_eq!(NumericDate::from_seconds(i64::MIN).seconds(), -LAST_SECOND);
    }

    #[test]
    fn system_times_come_and_go() {
        for text in ["0", "1700000000.25", "-1.25", "253402300799.5", "-253402300799"] {
            let date = NumericDate::parse_signed(text).unwrap();
            assert_eq!(NumericDate::from(SystemTime::from(date)), date, "{text}");
        }
        assert_eq!(seconds(UNIX_EPOCH + Duration::from_millis(1500)), 1);
        assert_eq!(seconds(UNIX_EPOCH - Duration::from_millis(500)), -1);
        assert_eq!(from_seconds(90), UNIX_EPOCH + Duration::from_secs(90));
    }

    #[test]
    fn http_dates_in_three_forms() {
        let expected = Some(UNIX_EPOCH + Duration::from_secs(784_111_777));
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(parse_http_date(text), expected, "{text}");
        }
        for text in ["", "784111777", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 99 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"] {
            assert_eq!(parse_http_date(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn digits_are_kept(seconds in 0..=LAST_SECOND, nanoseconds in 0..NANOSECONDS, shift in 0..12_usize) {
            prop_assert_eq!(read(&format!("{seconds}.{nanoseconds:09}")), Ok((seconds, nanoseconds)));
            prop_assert_eq!(read(&format!("{seconds}{}e-{shift}", "0".repeat(shift))), Ok((seconds, 0)));
        }

        #[test]
        fn no_text_panics(text in "[-+0-9.eE]{0,24}") {
            let _ = NumericDate::parse(&text);
        }
    }
}
