//! Binary keys: `objectGUID`, `objectSid`, and octets as filter values.

/// The text of an `objectGUID`: its first three parts are little-endian (MS-DTYP §2.3.4).
pub(super) fn guid_text(octets: &[u8]) -> Option<String> {
    let octets: [u8; 16] = octets.try_into().ok()?;
    let [a, b, c, d, e, f, g, h, tail @ ..] = octets;
    let hex: String =
        [d, c, b, a, f, e, h, g].iter().chain(&tail).map(|octet| format!("{octet:02x}")).collect();
    let part = |range: std::ops::Range<usize>| hex.get(range);
    Some(format!("{}-{}-{}-{}-{}", part(0..8)?, part(8..12)?, part(12..16)?, part(16..20)?, part(20..32)?))
}

/// The filter value of an `objectGUID` given as text.
pub(super) fn guid_filter(text: &str) -> Option<String> {
    let hex: String = text.chars().filter(|c| *c != '-').collect();
    if hex.len() != 32 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let octet = |place: usize| hex.get(place * 2..place * 2 + 2);
    const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    ORDER.iter().map(|place| Some(format!("\\{}", octet(*place)?))).collect()
}

/// Octets as a filter value (RFC 4515 §3), each of them escaped.
pub(super) fn filter_value(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("\\{octet:02x}")).collect()
}

/// The identifier of a group of the same domain: the domain's part of a person's `objectSid`, with another last number
/// (MS-DTYP §2.4.2).
pub(super) fn sibling_sid(sid: &[u8], relative: u32) -> Option<Vec<u8>> {
    let domain = sid.len().checked_sub(4)?;
    if domain < 8 {
        return None;
    }
    Some([sid.get(..domain)?, &relative.to_le_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_goes_to_text_and_back() {
        let octets: Vec<u8> = (0..16).collect();
        let text = guid_text(&octets).unwrap();
        assert_eq!(text, "03020100-0504-0706-0809-0a0b0c0d0e0f");
        let filter: String = octets.iter().map(|octet| format!("\\{octet:02x}")).collect();
        assert_eq!(guid_filter(&text), Some(filter));
        assert_eq!((guid_text(&[1]), guid_filter("x")), (None, None));
        assert_eq!(guid_filter("*)(uid=*)03020100-0504-0706-0809"), None);
    }

    #[test]
    fn a_primary_group_is_in_the_person_s_domain() {
        let mut sid = vec![1, 5, 0, 0, 0, 0, 0, 5];
        sid.extend([21, 0, 0, 0, 9, 9, 9, 9, 0x50, 4, 0, 0]);
        let group = sibling_sid(&sid, 513).unwrap();
        assert_eq!(group.get(..16), sid.get(..16));
        assert_eq!(group.get(16..), Some(&[1, 2, 0, 0][..]));
        assert_eq!(sibling_sid(&[1], 513), None);
        assert_eq!(filter_value(&[0, 0x2a]), "\\00\\2a");
    }
}
