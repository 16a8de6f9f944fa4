//! What a directory says about a password beside yes and no: the control of draft-behera-ldap-password-policy-10, and the
//! sub-codes of Active Directory.

use super::ber;

/// The control's identifier, for requests and answers.
pub(super) const OID: &str = "1.3.6.1.4.1.42.2.27.8.5.1";

/// Errors of the control.
pub(super) const EXPIRED: u32 = 0;
pub(super) const LOCKED: u32 = 1;
pub(super) const MUST_CHANGE: u32 = 2;

/// The decoded control.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PasswordPolicy {
    /// Seconds before the password expires.
    pub(super) expires_in: Option<u32>,
    /// Sign-ins left with an expired password.
    pub(super) grace: Option<u32>,
    /// [`EXPIRED`], [`LOCKED`], [`MUST_CHANGE`] after a reset; others concern changes.
    pub(super) error: Option<u32>,
}

/// Reads the control's value. A value that makes no sense says nothing.
pub(super) fn decode(value: &[u8]) -> Option<PasswordPolicy> {
    let (sequence, []) = ber::read_element(value)? else { return None };
    let mut policy = PasswordPolicy::default();
    for part in ber::children(sequence.content)? {
        match part.tag {
            0xa0 => {
                let (warning, []) = ber::read_element(part.content)? else { return None };
                match warning.tag {
                    0x80 => policy.expires_in = ber::number(warning.content),
                    0x81 => policy.grace = ber::number(warning.content),
                    _ => return None,
                }
            }
            0x81 => policy.error = ber::number(part.content),
            _ => return None,
        }
    }
    Some(policy)
}

/// The sub-code of Active Directory in the text of a refused bind: what stands between `data ` and a comma after its own words. A name that
/// another directory repeats may hold the rest.
pub(super) fn sub_code(diagnostic: &str) -> Option<&str> {
    let (code, _) = diagnostic.split_once("AcceptSecurityContext error, data ")?.1.split_once(',')?;
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_seen_from_openldap() {
        let says = |bytes: &[u8]| decode(bytes).unwrap();
        assert_eq!(says(&[0x30, 0]), PasswordPolicy::default());
        assert_eq!(says(&[0x30, 3, 0x81, 1, 0]).error, Some(0));
        assert_eq!(says(&[0x30, 3, 0x81, 1, 1]).error, Some(1));
        assert_eq!(says(&[0x30, 3, 0x81, 1, 2]).error, Some(2));
        assert_eq!(says(&[0x30, 5, 0xa0, 3, 0x81, 1, 4]).grace, Some(4));
        assert_eq!(says(&[0x30, 6, 0xa0, 4, 0x80, 2, 0x0e, 0x10]).expires_in, Some(3600));
    }

    #[test]
    fn nonsense_says_nothing() {
        for bad in [&[][..], &[0x30, 9], &[0x30, 2, 0x99, 0], &[0x30, 0, 0], &[0x30, 2, 0xa0, 0]] {
            assert_eq!(decode(bad), None, "{bad:?}");
        }
    }
}
