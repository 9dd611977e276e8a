//! What a report says of a value's end: only here the clock meets what the value says of itself.

use jiff::Timestamp;

/// `expires 2031-05-06`, or `expired since 2023-01-02` when `now` is past it. Dates are in UTC.
pub(super) fn told(at: Timestamp, now: Timestamp) -> String {
    let date = at.strftime("%Y-%m-%d");
    if at <= now { format!("expired since {date}") } else { format!("expires {date}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_decides_to_the_second() {
        let at: Timestamp = "2023-01-02T03:04:05Z".parse().unwrap();
        let second = jiff::Span::new().seconds(1);
        assert_eq!(told(at, at - second), "expires 2023-01-02");
        assert_eq!(told(at, at), "expired since 2023-01-02");
        assert_eq!(told(at, Timestamp::MAX), "expired since 2023-01-02");
        assert_eq!(told(Timestamp::MAX, at), "expires 9999-12-30");
    }
}
