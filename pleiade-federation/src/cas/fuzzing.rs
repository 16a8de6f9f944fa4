//! What a stranger may post as a logout request or bring as a granted ticket, and what may stand in the place of a CAS server.

use super::{answer, proxy::ProxyGrantingTicket};

/// Reads the same octets as each kind of message.
pub(crate) fn xml(data: &[u8]) {
    for (proxying, fresh) in [(false, false), (true, false), (false, true), (true, true)] {
        if let Ok(validated) = answer::validation(data, proxying, fresh) {
            assert!(!validated.user.trim().is_empty());
            assert!(validated.iou.is_none_or(|iou| answer::is_ticket(&iou, "PGTIOU-")));
        }
    }
    if let Ok(ticket) = answer::proxy_ticket(data) {
        assert!(answer::is_ticket(&ticket, "PT-"));
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(ticket) = answer::logout(text) {
        assert!(answer::is_ticket(&ticket, "ST-"));
    }
    let _ = ProxyGrantingTicket::from_query(text);
}
