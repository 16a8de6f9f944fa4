//! Numbers as people read them.

use crate::web::words::Words;
use pleiade_core::{Amount, Currency, Message, MessageArg};

/// An amount in the digits of the language.
#[must_use]
pub(super) fn amount(words: &Words, amount: Amount) -> String {
    match amount {
        Amount::Count { value, at_least: false } => words.count("amount-count", "count", value),
        Amount::Count { value, at_least: true } => words.count("count-at-least", "count", value),
        Amount::Percent(share) => {
            words.message(&Message::new("percent").with("value", MessageArg::Number(share.round())))
        }
        Amount::Money { hundredths, currency } => {
            let key = match currency {
                Currency::Xpf => "amount-xpf",
                _ => "amount-eur",
            };
            words.message(&Message::new(key).with("value", MessageArg::Number(from_hundredths(hundredths))))
        }
        Amount::Days { hundredths } => words.message(
            &Message::new("amount-days").with("value", MessageArg::Number(from_hundredths(hundredths))),
        ),
        Amount::HoursBalance { minutes } => {
            let sign = match minutes {
                0 => "",
                1.. => "+",
                _ => "−",
            };
            let (hours, rest) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
            words.message(
                &Message::new("amount-hours")
                    .with_text("sign", sign)
                    .with_number("hours", hours)
                    .with_text("minutes", format!("{rest:02}")),
            )
        }
        Amount::Instant(when) => words.t_with_time("amount-instant", "when", when),
        _ => String::new(),
    }
}

/// For display alone: hundredths are whole numbers wherever they are counted.
#[expect(clippy::cast_precision_loss, reason = "display only")]
fn from_hundredths(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}

/// A count on a badge, which has room for two digits.
#[must_use]
pub fn badge(words: &Words, value: u64, at_least: bool) -> String {
    if value > 99 {
        words.count("count-at-least", "count", 99)
    } else {
        amount(words, Amount::Count { value, at_least })
    }
}
