-- Who lets whom see and treat their tasks. `connectors` is a JSON list, or null for all. Lines are ended, not dropped: both sides and the
-- log still name them.
CREATE TABLE delegations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    giver INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    receiver INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    connectors TEXT,
    may_treat INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    accepted_at INTEGER,
    ended_at INTEGER,
    ended_by INTEGER,
    end_cause TEXT
) STRICT;
CREATE INDEX delegations_giver ON delegations (giver, tenant);
CREATE INDEX delegations_receiver ON delegations (receiver, tenant);
