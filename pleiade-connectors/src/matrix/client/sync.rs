//! `/sync`, and the three filters that make it cheap.

use super::{Api, Authorization, MatrixClient};
use crate::matrix::wire::SyncAnswer;
use pleiade_core::{ConnectorError, Limits};
use std::time::Duration;

/// The filter of a `/sync` call.
///
/// Each word of these filters was measured on Synapse 1.163; changing one loses rooms, names or counts without an error:
/// * a timeline limit of 0, or no timeline type at all, makes joined rooms disappear;
/// * without `m.receipt`, what is read in another client stays counted;
/// * without `m.room.member` in the later timeline, a room that was left stays counted for ever;
/// * a state type that is missing from the later timeline is lost when its change is the last event of the room;
/// * without lazy loading of members, rooms without a name have no heroes; without redundant members, a second portal of the same
///   person is not told the names that the first was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncFilter {
    /// Counts of a first call, nothing else.
    Counts,
    /// A first call: counts, names, direct chats, last message.
    First,
    /// The following calls, with a position.
    Changes,
}

/// The last type of state of rooms in both filters that ask for any.
const LAST_STATE: &str = r#""m.room.tombstone""#;

impl SyncFilter {
    /// The filter with more types of state of rooms. They stand in the later timeline too: a change that is the last event of a room comes
    /// there alone.
    fn with_room_state(self, types: &[&str]) -> String {
        let more: String = types.iter().map(|kind| format!(",\"{kind}\"")).collect();
        self.as_json().replace(LAST_STATE, &format!("{LAST_STATE}{more}"))
    }

    /// The filter, as JSON.
    #[must_use]
    pub fn as_json(self) -> &'static str {
        match self {
            Self::Counts => {
                r#"{"presence":{"types":[]},"account_data":{"types":[]},"event_fields":["type","origin_server_ts"],"room":{"include_leave":false,"timeline":{"limit":1},"state":{"types":[]},"account_data":{"types":[]},"ephemeral":{"types":[]}}}"#
            }
            Self::First => {
                r#"{"presence":{"types":[]},"account_data":{"types":["m.direct"]},"room":{"include_leave":false,"timeline":{"limit":1,"types":["m.room.message","m.room.encrypted"]},"state":{"types":["m.room.name","m.room.canonical_alias","m.room.create","m.room.member","m.room.tombstone"],"lazy_load_members":true,"include_redundant_members":true},"account_data":{"types":[]},"ephemeral":{"types":[]}}}"#
            }
            Self::Changes => {
                r#"{"presence":{"types":[]},"account_data":{"types":["m.direct"]},"room":{"include_leave":false,"timeline":{"limit":10,"types":["m.room.message","m.room.encrypted","m.room.member","m.room.name","m.room.canonical_alias","m.room.tombstone"]},"state":{"types":["m.room.name","m.room.canonical_alias","m.room.create","m.room.member","m.room.tombstone"],"lazy_load_members":true,"include_redundant_members":true},"account_data":{"types":[]},"ephemeral":{"types":["m.receipt"]}}}"#
            }
        }
    }
}

/// One call of `/sync`.
#[derive(Debug, Clone, Copy)]
pub struct SyncRequest<'a> {
    /// The filter.
    pub filter: SyncFilter,
    /// The position of the last answer; none for a first call.
    pub since: Option<&'a str>,
    /// Milliseconds to wait for news. A first call never waits; Synapse answers it from a cache for two minutes when everything,
    /// this number included, is the same.
    pub timeout: u32,
}

/// A first call of an account with thousands of rooms takes tens of seconds.
const FIRST_SYNC_LIMITS: Limits =
    Limits::DEFAULT.with_deadline(Duration::from_secs(55)).with_max_body_bytes(32 << 20);

impl MatrixClient {
    /// Reads the changes since a position, or everything. The person is not shown as online by it.
    ///
    /// # Errors
    /// Status 400 when the position is not one of this homeserver, and those of the homeserver.
    pub async fn sync(
        &self,
        auth: &Authorization,
        request: SyncRequest<'_>,
    ) -> Result<SyncAnswer, ConnectorError> {
        let timeout = request.timeout.to_string();
        let filter = request.filter.with_room_state(self.room_state);
        let mut query =
            vec![("filter", filter.as_str()), ("timeout", timeout.as_str()), ("set_presence", "offline")];
        if let Some(since) = request.since {
            query.push(("since", since));
        }
        let mut call = self.call("read the rooms", http::Method::GET, Api::V3, &["sync"], &query, Some(auth));
        if request.since.is_none() {
            call = call.limits(FIRST_SYNC_LIMITS);
        }
        super::send(call, auth).await?.json()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn more_state_is_asked_for_in_the_state_and_in_the_later_timeline() {
        let types = |filter: SyncFilter, more: &[&str], part: &str| {
            let filter: Value = serde_json::from_str(&filter.with_room_state(more)).unwrap();
            let types = filter.pointer(&format!("/room/{part}/types")).cloned().unwrap_or_default();
            serde_json::from_value::<Vec<String>>(types).unwrap_or_default()
        };
        let more = ["org.example.a", "org.example.b"];
        for (filter, part) in
            [(SyncFilter::First, "state"), (SyncFilter::Changes, "state"), (SyncFilter::Changes, "timeline")]
        {
            let plain = types(filter, &[], part);
            assert_eq!(
                types(filter, &more, part),
                [plain, more.map(str::to_owned).to_vec()].concat(),
                "{filter:?}"
            );
        }
        assert_eq!(types(SyncFilter::First, &more, "timeline"), types(SyncFilter::First, &[], "timeline"));
        assert_eq!(SyncFilter::Counts.with_room_state(&more), SyncFilter::Counts.as_json());
    }
}
