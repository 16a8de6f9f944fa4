//! Numbers as people read them.

use crate::web::words::Words;
use pleiade_core::{Amount, Message, MessageArg};

/// An amount in the digits of the language.
#[must_use]
pub(super) fn amount(words: &Words, amount: Amount) -> String {
    match amount {
        Amount::Count { value, at_least: false } => words.count("amount-count", "count", value),
        Amount::Count { value, at_least: true } => words.count("count-at-least", "count", value),
        Amount::Percent(share) => {
            words.message(&Message::new("percent").with("value", MessageArg::Number(share.round())))
        }
        Amount::Instant(when) => words.t_with_time("amount-instant", "when", when),
        _ => String::new(),
    }
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
