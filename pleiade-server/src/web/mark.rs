//! The mark of a page: for whom it was written.
//!
//! Threat: a page stays open while its browser becomes somebody else's (a shared computer), or while the same person begins to act for
//! another collectivité in another tab. Its stream would then fill it with what is not its own, and its buttons would act for whoever the
//! cookie now names. So a page carries a mark of the person, of the link by which they came and of the collectivité that they act for; its
//! stream and its forms send it back, and what no longer matches is refused.
//!
//! A mark opens nothing: without the session's cookie it is worth nothing, and with the cookie alone nothing is written. It is a keyed
//! digest, so that nobody makes the mark of another page, and it tells nothing of whom it names. It depends neither on the cookie's value
//! nor on the replica: a new sign-in of the same person by the same link makes an open page right again.
//!
//! Its two halves of 128 bits are compared apart: the first names the person and the link, the second the collectivité too.

use crate::{
    seal::{MacKey, Sealer},
    session::Session,
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use pleiade_core::{IdentityId, SourceId, Subject, TenantId};
use std::fmt;
use subtle::{Choice, ConstantTimeEq as _};

/// The field of a form and the parameter of the stream's address that hold the mark.
pub const FIELD: &str = "mark";

/// Characters of a written mark.
const LENGTH: usize = 43;

/// A mark, written in base64url.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(test, derive(PartialEq, Eq))]
pub struct Mark {
    link: [u8; 16],
    acting: [u8; 16],
}

impl Mark {
    /// A mark as it is written; none when it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != LENGTH {
            return None;
        }
        let bytes: [u8; 32] = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (link, acting) = bytes.split_at(16);
        Some(Self { link: link.try_into().ok()?, acting: acting.try_into().ok()? })
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode([self.link, self.acting].concat()))
    }
}

/// For whom a page was written, seen from a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkMatch {
    /// For this session, or one like it.
    Same,
    /// For the same person and link, acting for another collectivité.
    OtherActing,
    /// For somebody else, for another link of the same person, or by nobody.
    OtherLink,
}

/// A person as one link names them: what a session is the session of.
#[derive(Debug, Clone, Copy)]
struct Bearer<'a> {
    person: IdentityId,
    source: &'a SourceId,
    subject: &'a Subject,
}

impl<'a> Bearer<'a> {
    fn new(session: &'a Session) -> Self {
        let identity = &session.actor.identity;
        Self { person: identity.id, source: &session.source, subject: &identity.subject }
    }

    fn mark(self, key: &MacKey, acting: &TenantId) -> Mark {
        let person = self.person.0.to_be_bytes();
        let link = [&person[..], self.source.as_str().as_bytes(), self.subject.issuer().as_bytes()];
        let link: Vec<&[u8]> = link.into_iter().chain([self.subject.id().as_bytes()]).collect();
        let acting: Vec<&[u8]> = link.iter().copied().chain([acting.as_str().as_bytes()]).collect();
        Mark { link: truncate(key.digest(&link)), acting: truncate(key.digest(&acting)) }
    }
}

/// The first 128 bits of a digest.
fn truncate(digest: [u8; 32]) -> [u8; 16] {
    std::array::from_fn(|place| digest.get(place).copied().unwrap_or_default())
}

/// Makes and compares the marks of the instance.
#[derive(Debug)]
pub struct Marks {
    key: MacKey,
    /// Marks made with these are recognised too, so that a change of key disturbs no open page.
    others: Vec<MacKey>,
}

impl Marks {
    /// The marks of every replica that has this sealer's keys.
    #[must_use]
    pub fn new(sealer: &Sealer) -> Self {
        const PURPOSE: &str = "mark of a page";
        Self { key: sealer.mac_key(PURPOSE), others: sealer.other_mac_keys(PURPOSE) }
    }

    /// The mark of the pages written for a session.
    #[must_use]
    pub fn mark(&self, session: &Session) -> Mark {
        Bearer::new(session).mark(&self.key, &session.actor.acting.tenant)
    }

    /// For whom the page of a mark was written. Takes as long whatever the mark.
    #[must_use]
    pub fn compare(&self, session: &Session, mark: &Mark) -> MarkMatch {
        self.compare_acting(Bearer::new(session), &session.actor.acting.tenant, mark)
    }

    fn compare_acting(&self, bearer: Bearer<'_>, acting: &TenantId, mark: &Mark) -> MarkMatch {
        let (mut link, mut same) = (Choice::from(0), Choice::from(0));
        for key in std::iter::once(&self.key).chain(&self.others) {
            let own = bearer.mark(key, acting);
            let of_link = own.link.ct_eq(&mark.link);
            link |= of_link;
            same |= of_link & own.acting.ct_eq(&mark.acting);
        }
        match (bool::from(same), bool::from(link)) {
            (true, _) => MarkMatch::Same,
            (false, true) => MarkMatch::OtherActing,
            (false, false) => MarkMatch::OtherLink,
        }
    }

    /// The collectivité, among those that a session may act for, for which the page of a mark was written.
    #[must_use]
    pub fn acting<'a>(&self, session: &'a Session, mark: &Mark) -> Option<&'a TenantId> {
        let bearer = Bearer::new(session);
        let mut affiliations = session.affiliations.iter().map(|affiliation| &affiliation.tenant);
        affiliations.find(|tenant| self.compare_acting(bearer, tenant, mark) == MarkMatch::Same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::SealKey;
    use proptest::prelude::*;

    fn marks() -> Marks {
        Marks::new(&Sealer::new(SealKey::generate().unwrap(), Vec::new()))
    }

    fn mark(marks: &Marks, (person, source, subject, tenant): (i64, &str, (&str, &str), &str)) -> Mark {
        let (source, subject) = (SourceId::new(source).unwrap(), Subject::new(subject.0, subject.1).unwrap());
        let bearer = Bearer { person: IdentityId(person), source: &source, subject: &subject };
        bearer.mark(&marks.key, &TenantId::new(tenant).unwrap())
    }

    fn written(marks: &Marks, mine: (i64, &str, (&str, &str), &str), given: &Mark) -> MarkMatch {
        let (source, subject) = (SourceId::new(mine.1).unwrap(), Subject::new(mine.2.0, mine.2.1).unwrap());
        let bearer = Bearer { person: IdentityId(mine.0), source: &source, subject: &subject };
        marks.compare_acting(bearer, &TenantId::new(mine.3).unwrap(), given)
    }

    const MINE: (i64, &str, (&str, &str), &str) = (7, "sso", ("https://sso.example", "jdupont"), "alpha");

    #[test]
    fn a_mark_names_a_person_a_link_and_a_collectivite() {
        let marks = marks();
        assert_eq!(written(&marks, MINE, &mark(&marks, MINE)), MarkMatch::Same);
        for (given, expected) in [
            ((7, "sso", ("https://sso.example", "jdupont"), "beta"), MarkMatch::OtherActing),
            ((8, "sso", ("https://sso.example", "jdupont"), "alpha"), MarkMatch::OtherLink),
            ((7, "ss", ("ohttps://sso.example", "jdupont"), "alpha"), MarkMatch::OtherLink),
            ((7, "sso", ("https://sso.exampl", "ejdupont"), "alpha"), MarkMatch::OtherLink),
            ((7, "sso", ("https://sso.example", "jdupon"), "talpha"), MarkMatch::OtherLink),
        ] {
            assert_eq!(written(&marks, MINE, &mark(&marks, given)), expected, "{given:?}");
        }
    }

    #[test]
    fn every_changed_bit_is_another_mark() {
        let marks = marks();
        let own = mark(&marks, MINE);
        for bit in 0..256_usize {
            let mut bytes = [own.link, own.acting].concat();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let changed = Mark::parse(&BASE64_URL_SAFE_NO_PAD.encode(&bytes)).unwrap();
            let expected = if bit < 128 { MarkMatch::OtherLink } else { MarkMatch::OtherActing };
            assert_eq!(written(&marks, MINE, &changed), expected, "bit {bit}");
        }
        // The halves of two marks make no third.
        let other = mark(&marks, (8, "sso", ("https://sso.example", "agarnier"), "alpha"));
        let mixed = Mark { link: own.link, acting: other.acting };
        assert_eq!(written(&marks, MINE, &mixed), MarkMatch::OtherActing);
        let mixed = Mark { link: other.link, acting: own.acting };
        assert_eq!(written(&marks, MINE, &mixed), MarkMatch::OtherLink);
    }

    #[test]
    fn a_mark_of_another_instance_is_nobody_s_and_a_change_of_key_disturbs_no_page() {
        let (old, new) = (SealKey::generate().unwrap(), SealKey::generate().unwrap());
        let before = Marks::new(&Sealer::new(old.clone(), Vec::new()).with_next(Some(new.clone())));
        let after = Marks::new(&Sealer::new(new, vec![old]));
        assert_ne!(mark(&before, MINE), mark(&after, MINE));
        assert_eq!(written(&after, MINE, &mark(&before, MINE)), MarkMatch::Same);
        assert_eq!(written(&before, MINE, &mark(&after, MINE)), MarkMatch::Same);
        assert_eq!(written(&before, MINE, &mark(&marks(), MINE)), MarkMatch::OtherLink);
    }

    #[test]
    fn a_mark_is_written_in_one_way_and_tells_nothing() {
        let own = mark(&marks(), MINE);
        let text = own.to_string();
        assert_eq!((text.len(), Mark::parse(&text)), (LENGTH, Some(own)));
        assert!(!text.contains("sso") && !text.contains("alpha"));
        for wrong in ["", "AAAA", &text[1..], &format!("{text}="), &format!("{text} "), &"é".repeat(LENGTH)]
        {
            assert_eq!(Mark::parse(wrong), None, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_in_is_read_without_panic(text in ".{0,60}") {
            if let Some(mark) = Mark::parse(&text) {
                prop_assert_eq!(mark.to_string(), text);
            }
        }
    }
}
