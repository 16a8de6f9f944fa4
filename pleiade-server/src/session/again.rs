//! A session read again, by whoever holds one for longer than a request.

use super::{Session, SessionError, Sessions};
use std::sync::Arc;

impl Sessions {
    /// The session as it is by now, without counting as a use of it; none when it has ended.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn reload(&self, session: &Session) -> Result<Option<Arc<Session>>, SessionError> {
        if session.end.is_cancelled() {
            return Ok(None);
        }
        Ok(self.session_by_hash(session.hash).await?.map(|known| known.session.clone()))
    }
}
