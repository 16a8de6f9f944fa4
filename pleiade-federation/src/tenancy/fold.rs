//! One spelling for what people type in many ways.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Lower case, without accents, ligatures undone, each sign that is no letter or digit a space.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'œ' => plain.push_str("oe"),
            'æ' => plain.push_str("ae"),
            'ß' => plain.push_str("ss"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            c if c.is_alphanumeric() => plain.push(c),
            _ => plain.push(' '),
        }
    }
    plain
}

/// [`plain`], words apart by one space, and `st` and `ste` written out, as the names of communes are.
#[must_use]
pub fn fold(text: &str) -> String {
    let plain = plain(text);
    let words = plain.split_whitespace().map(|word| match word {
        "st" => "saint",
        "ste" => "sainte",
        word => word,
    });
    words.collect::<Vec<_>>().join(" ")
}
