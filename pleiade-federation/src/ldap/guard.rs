//! Stands between the directory and `ldap3`.
//!
//! Threat: the parser of `ldap3` 0.12 is recursive without a limit of depth and waits for messages of any size; some 32 kB of nested
//! sequences overflow a stack and abort the process. Each answer is read whole here, with a cap, and only passed on when its nesting
//! is sane.

use super::ber;
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// The largest message in bytes: an entry with a photo, or a group of some ten thousand members.
const MAX_MESSAGE_BYTES: usize = 4 << 20;
/// The largest size in bytes of all the answers to one request.
const MAX_ANSWER_BYTES: usize = 64 << 20;
/// The most elements of all the answers to one request: a parsed one costs some sixty octets however small it is.
const MAX_ELEMENTS: usize = 2_000_000;

/// The allowance that one request still has, and whether the directory was cut off for exceeding it.
#[derive(Debug, Clone, Default)]
pub(super) struct Verdict(Arc<State>);

#[derive(Debug, Default)]
struct State {
    refused: AtomicBool,
    octets: AtomicUsize,
    elements: AtomicUsize,
}

impl Verdict {
    pub(super) fn is_refused(&self) -> bool {
        self.0.refused.load(Ordering::Acquire)
    }

    /// A new request begins.
    pub(super) fn begin(&self) {
        self.0.octets.store(0, Ordering::Release);
        self.0.elements.store(0, Ordering::Release);
    }

    fn admits(&self, message: &Message) -> bool {
        let octets = self.0.octets.fetch_add(message.octets.len(), Ordering::AcqRel) + message.octets.len();
        let elements = self.0.elements.fetch_add(message.elements, Ordering::AcqRel) + message.elements;
        octets <= MAX_ANSWER_BYTES && elements <= MAX_ELEMENTS
    }
}

/// One whole message, header included.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) octets: Vec<u8>,
    elements: usize,
}

fn refused(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Reads one whole LDAP message, header included. `None` at the end of the stream.
pub(super) async fn read_message(server: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Message>> {
    let mut message = vec![0; 2];
    if server.read(message.get_mut(..1).unwrap_or_default()).await? == 0 {
        return Ok(None);
    }
    server.read_exact(message.get_mut(1..).unwrap_or_default()).await?;
    let [tag, first] = message.as_slice() else { return Err(refused("no header")) };
    let (tag, first) = (*tag, *first);
    if tag != 0x30 {
        return Err(refused("not an LDAP message"));
    }
    let mut length = usize::from(first);
    if first >= 0x80 {
        let count = usize::from(first & 0x7f);
        if !(1..=4).contains(&count) {
            return Err(refused("a length beyond reason"));
        }
        let mut octets = [0; 4];
        server.read_exact(octets.get_mut(4 - count..).unwrap_or_default()).await?;
        message.extend(octets.iter().skip(4 - count));
        length = octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet));
    }
    if length > MAX_MESSAGE_BYTES {
        return Err(refused("a message beyond the cap"));
    }
    let header = message.len();
    let read = server.take(u64::try_from(length).unwrap_or(0)).read_to_end(&mut message).await?;
    if read != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let elements = ber::sane_elements(message.get(header..).unwrap_or_default())
        .ok_or_else(|| refused("nested too deep or malformed"))?;
    Ok(Some(Message { octets: message, elements }))
}

/// Carries requests up as they are and answers down one checked message at a time, until either side ends.
pub(super) async fn relay(
    server: impl AsyncRead + AsyncWrite,
    client: impl AsyncRead + AsyncWrite,
    verdict: Verdict,
) {
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let (mut from_client, mut to_client) = tokio::io::split(client);
    let up = async {
        tokio::io::copy(&mut from_client, &mut to_server).await.ok();
        to_server.shutdown().await.ok();
    };
    let down = async {
        let outcome: io::Result<()> = async {
            while let Some(message) = read_message(&mut from_server).await? {
                if !verdict.admits(&message) {
                    return Err(refused("answers beyond the cap"));
                }
                to_client.write_all(&message.octets).await?;
            }
            Ok(())
        }
        .await;
        if outcome.is_err_and(|error| error.kind() == io::ErrorKind::InvalidData) {
            verdict.0.refused.store(true, Ordering::Release);
        }
        to_client.shutdown().await.ok();
    };
    tokio::select! {
        () = up => {}
        () = down => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn message_of(bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = bytes;
        Ok(read_message(&mut bytes).await?.map(|message| message.octets))
    }

    #[tokio::test]
    async fn whole_messages_pass_and_the_rest_is_cut() {
        assert_eq!(message_of(&[]).await.unwrap(), None);
        assert_eq!(message_of(&[0x30, 3, 2, 1, 7, 99]).await.unwrap(), Some(vec![0x30, 3, 2, 1, 7]));
        let mut deep = Vec::new();
        for _ in 0..8000 {
            deep = ber::write_element(0x30, &deep);
        }
        for bad in [
            &deep[..],
            &[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff],
            b"HTTP/1.1 400 Bad Request",
            &[0x30, 0x80, 0, 0],
        ] {
            assert_eq!(message_of(bad).await.unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
        assert_eq!(message_of(&[0x30, 9, 1]).await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn one_answer_is_bounded_and_the_next_begins_anew() {
        let verdict = Verdict::default();
        let message = Message { octets: vec![0; 4 << 20], elements: 1 };
        assert_eq!((0..20).filter(|_| verdict.admits(&message)).count(), 16);
        verdict.begin();
        assert!(verdict.admits(&message));
        assert!(!verdict.admits(&Message { octets: Vec::new(), elements: MAX_ELEMENTS }));
    }
}
