-- Who lets whom see and treat their tasks. `connectors` is a JSON list, or null for all. Lines are ended, not dropped: both sides and the
-- log still name them.
CREATE TABLE delegations (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant TEXT NOT NULL,
    giver BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    receiver BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    connectors TEXT,
    may_treat BOOLEAN NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    accepted_at BIGINT,
    ended_at BIGINT,
    ended_by BIGINT,
    end_cause TEXT
);
CREATE INDEX delegations_giver ON delegations (giver, tenant);
CREATE INDEX delegations_receiver ON delegations (receiver, tenant);
