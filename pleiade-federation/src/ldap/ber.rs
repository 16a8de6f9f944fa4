//! The little of BER (X.690) that is needed around `ldap3`: reading one element, and refusing shapes that its recursive parser
//! could not survive.

/// One element: its first octet and its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
}

const CONSTRUCTED: u8 = 0x20;
/// The deepest nesting: deeper than any answer of a directory, far from what overflows a stack (some thousands).
const MAX_DEPTH: usize = 24;
/// The most elements of a value: a parsed one costs some sixty octets however small it is.
const MAX_ELEMENTS: usize = 200_000;

/// Reads the element at the start, and gives what follows it. Only definite lengths of at most four octets, as RFC 4511 §5.1.
pub(super) fn read_element(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    if tag & 0x1f == 0x1f {
        return None;
    }
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        if !(1..=4).contains(&count) {
            return None;
        }
        let (octets, rest) = rest.split_at_checked(count)?;
        (octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((Element { tag, content }, rest))
}

/// Every element in a content.
pub(super) fn children(mut content: &[u8]) -> Option<Vec<Element<'_>>> {
    let mut found = Vec::new();
    while !content.is_empty() {
        let (element, rest) = read_element(content)?;
        found.push(element);
        content = rest;
    }
    Some(found)
}

/// The number of elements, if every nested one is whole, none is nested too deep and they are not too many.
pub(super) fn sane_elements(content: &[u8]) -> Option<usize> {
    let mut open = vec![content];
    let mut count = 0;
    while let Some(content) = open.pop() {
        if content.is_empty() {
            continue;
        }
        let (element, rest) = read_element(content)?;
        open.push(rest);
        if element.tag & CONSTRUCTED != 0 {
            open.push(element.content);
        }
        // An exhausted level stays on the stack until it is popped, so its height bounds the depth from above.
        count += 1;
        if open.len() > MAX_DEPTH || count > MAX_ELEMENTS {
            return None;
        }
    }
    Some(count)
}

/// The elements of a value that is one SEQUENCE.
pub(super) fn sequence(bytes: &[u8]) -> Option<Vec<Element<'_>>> {
    let (sequence, rest) = read_element(bytes)?;
    if sequence.tag != 0x30 || !rest.is_empty() {
        return None;
    }
    children(sequence.content)
}

/// A non-negative number.
pub(super) fn number(content: &[u8]) -> Option<u32> {
    if content.is_empty() || content.len() > 5 {
        return None;
    }
    content.iter().try_fold(0u32, |value, octet| value.checked_mul(256)?.checked_add(u32::from(*octet)))
}

/// The shortest form of a non-negative number: servers refuse octets that say nothing.
pub(super) fn integer(value: u32) -> Vec<u8> {
    let octets = value.to_be_bytes();
    let zeros = octets.iter().take(3).take_while(|octet| **octet == 0).count();
    let mut shortest: Vec<u8> = octets.into_iter().skip(zeros).collect();
    if shortest.first().is_some_and(|first| *first >= 0x80) {
        shortest.insert(0, 0);
    }
    shortest
}

/// Writes an element shorter than 128 octets or with a two-octet length.
pub(super) fn write_element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let length = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes();
            out.push(0x84);
            out.extend(length);
        }
    }
    out.extend(content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_elements_are_read() {
        let (element, rest) = read_element(&[0x30, 3, 0x81, 1, 2, 9]).unwrap();
        assert_eq!((element.tag, element.content, rest), (0x30, &[0x81, 1, 2][..], &[9][..]));
        let long = write_element(0x04, &[7; 300]);
        assert_eq!(read_element(&long).unwrap().0.content.len(), 300);
    }

    #[test]
    fn integers_are_short() {
        for (value, octets) in
            [(0, &[0][..]), (127, &[127]), (128, &[0, 128]), (500, &[1, 244]), (70_000, &[1, 17, 112])]
        {
            assert_eq!(integer(value), octets);
            assert_eq!(number(octets), Some(value));
        }
    }

    #[test]
    fn hostile_lengths_are_refused() {
        for bad in [
            &[0x30][..],
            &[0x30, 0x80],
            &[0x30, 5, 1],
            &[0x30, 0x85, 1, 1, 1, 1, 1],
            &[0x1f, 1, 0],
            &[0x30, 0xff],
        ] {
            assert_eq!(read_element(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_wide_is_not() {
        let mut deep = Vec::new();
        for _ in 0..8000 {
            deep = write_element(0x30, &deep);
        }
        assert_eq!(sane_elements(&deep), None);
        assert_eq!(sane_elements(&write_element(0x30, &write_element(0x04, b"x").repeat(5000))), Some(5001));
        let mut fair = Vec::new();
        for _ in 0..10 {
            fair = write_element(0x30, &fair);
        }
        assert_eq!(sane_elements(&fair), Some(10));
    }
}
