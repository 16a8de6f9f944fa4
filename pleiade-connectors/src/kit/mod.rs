//! What every connector is built on, so that a new one holds little more than what is its application's own.
//!
//! * [`sessions`]: the one way into an application for an account: credential, opening, renewal, refusals;
//! * [`memo`]: what several cards need, read once for all of them;
//! * [`shared`]: what a technical account reads for everybody, and who sees which part of it;
//! * [`json`] and [`xml`]: readers that one odd item does not stop;
//! * `soap`: calls and answers of SOAP 1.1, behind the feature of its name;
//! * [`pages`] and [`parts`]: lists in several pages, cards in several calls;
//! * [`content`]: lines, counts and notices;
//! * [`days`]: days and midnights where the person lives;
//! * [`meeting`]: the address of an event's online meeting.
//!
//! What a status or a broken connection means is [`kind_of_status`](crate::http::kind_of_status) and
//! [`kind_of_transport`](crate::http::kind_of_transport).

pub mod content;
pub mod days;
pub mod json;
pub mod meeting;
pub mod memo;
pub mod pages;
pub mod parts;
pub mod sessions;
pub mod shared;
#[cfg(feature = "soap")]
pub mod soap;
#[cfg(feature = "xml")]
pub mod xml;
