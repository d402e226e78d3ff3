//! Dates of HTTP headers (RFC 9110 section 5.6.7): the one form that is written today, and the two that readers must still take.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Reads a date from 1970 to 9999: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
///
/// The name of the day must be one, but not that of the date. `None` for anything else.
pub fn parse_http_date(text: &str) -> Option<SystemTime> {
    let words: Vec<&str> = text.split(' ').collect();
    let (day, month, year, time) = match *words.as_slice() {
        [weekday, day, month, year, time, "GMT"] => {
            is_day(weekday.strip_suffix(',')?, false)?;
            (number(day, 2)?, month, number(year, 4)?, time)
        }
        [weekday, date, time, "GMT"] => {
            is_day(weekday.strip_suffix(',')?, true)?;
            let [day, month, year] = *date.split('-').collect::<Vec<_>>().as_slice() else { return None };
            let year = number(year, 2)?;
            // RFC 9110 section 5.6.7 wants what is more than 50 years ahead in the past; 70 is the first year there is.
            (number(day, 2)?, month, year + if year < 70 { 2000 } else { 1900 }, time)
        }
        [weekday, month, "", day, time, year] => {
            is_day(weekday, false)?;
            (number(day, 1)?, month, number(year, 4)?, time)
        }
        [weekday, month, day, time, year] => {
            is_day(weekday, false)?;
            (number(day, 2)?, month, number(year, 4)?, time)
        }
        _ => return None,
    };
    let month = u32::try_from(MONTHS.iter().position(|name| *name == month)?).ok()? + 1;
    let seconds = u64::from(days_since_1970(year, month, day)?) * 86_400 + u64::from(seconds_of_day(time)?);
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// Whether a word names a day of the week, in full or by its first three letters.
fn is_day(word: &str, in_full: bool) -> Option<()> {
    DAYS.iter().any(|day| if in_full { *day == word } else { day.get(..3) == Some(word) }).then_some(())
}

/// A number of exactly so many digits.
fn number(digits: &str, length: usize) -> Option<u32> {
    (digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// A leap second counts as the second before it.
fn seconds_of_day(time: &str) -> Option<u32> {
    let [hours, minutes, seconds] = *time.split(':').collect::<Vec<_>>().as_slice() else { return None };
    let (hours, minutes, seconds) = (number(hours, 2)?, number(minutes, 2)?, number(seconds, 2)?);
    (hours < 24 && minutes < 60 && seconds <= 60).then_some(hours * 3600 + minutes * 60 + seconds.min(59))
}

/// Days from the first of January 1970, by the Gregorian calendar.
fn days_since_1970(year: u32, month: u32, day: u32) -> Option<u32> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if year < 1970 || !(1..=length).contains(&day) {
        return None;
    }
    let before = year - 1;
    let leap_days = before / 4 - before / 100 + before / 400 - (1969 / 4 - 1969 / 100 + 1969 / 400);
    let of_months =
        [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334].into_iter().nth(usize::try_from(month).ok()?.checked_sub(1)?)?;
    let leap_day = u32::from(is_leap && month > 2);
    Some((year - 1970) * 365 + leap_days + of_months + leap_day + day - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<u64> {
        parse_http_date(text).map(|date| date.duration_since(UNIX_EPOCH).unwrap().as_secs())
    }

    #[test]
    fn three_forms_of_one_moment() {
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(seconds(text), Some(784_111_777), "{text}");
        }
        assert_eq!(seconds("Sun Nov 16 08:49:37 1994"), Some(784_975_777));
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut expected = 0;
        for year in 1970..2405 {
            for (month, name) in (1..).zip(MONTHS) {
                for day in 1..=31 {
                    let Some(days) = days_since_1970(year, month, day) else { continue };
                    assert_eq!(days, expected, "{year}-{month}-{day}");
                    assert_eq!(seconds(&format!("Mon, {day:02} {name} {year} 00:00:00 GMT")), Some(u64::from(days) * 86_400));
                    expected += 1;
                }
            }
        }
        assert_eq!(expected, 435 * 365 + 106, "with every leap day, and none in 2100, 2200 and 2300");
    }

    #[test]
    fn the_ends_of_time() {
        assert_eq!(seconds("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(seconds("Fri, 31 Dec 9999 23:59:59 GMT"), Some(253_402_300_799));
        assert_eq!(seconds("Friday, 01-Jan-70 00:00:00 GMT"), Some(0));
        assert_eq!(seconds("Tuesday, 31-Dec-69 00:00:00 GMT"), seconds("Tue, 31 Dec 2069 00:00:00 GMT"));
        assert_eq!(seconds("Sat, 31 Dec 2016 23:59:60 GMT"), seconds("Sat, 31 Dec 2016 23:59:59 GMT"));
    }

    #[test]
    fn anything_else_is_no_date() {
        for text in [
            "",
            "now",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun 06 Nov 1994 08:49:37 GMT",
            "Xyz, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 31 Nov 1994 08:49:37 GMT",
            "Sun, 29 Feb 2100 08:49:37 GMT",
            "Sun, 06 Nov 1969 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:00 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 06 Nov 1994 8:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov +994 08:49:37 GMT",
            "Sun, 06-Nov-94 08:49:37 GMT",
            "Sunday, 06-Nov-1994 08:49:37 GMT",
            "Sun Nov 6 08:49:37 1994",
            "Sun Nov 06 08:49:37 94",
            "Sun,  06 Nov 1994 08:49:37 GMT",
            " Sun, 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(parse_http_date(text), None, "{text}");
        }
    }
}
