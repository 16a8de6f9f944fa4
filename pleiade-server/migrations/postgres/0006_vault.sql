-- Accounts that people connected. Login and secret are sealed for (tenant, identity, connector).
CREATE TABLE accesses (
    tenant TEXT NOT NULL,
    identity BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    connector TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    how TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at BIGINT,
    refused_at BIGINT,
    PRIMARY KEY (tenant, identity, connector)
);
CREATE INDEX accesses_identity ON accesses (identity);

-- Login flows that a person has begun: they belong to one session and end with it.
CREATE TABLE pending_accesses (
    tenant TEXT NOT NULL,
    identity BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    connector TEXT NOT NULL,
    session BYTEA NOT NULL REFERENCES sessions (hash) ON DELETE CASCADE,
    sealed BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, identity, connector)
);
CREATE INDEX pending_accesses_session ON pending_accesses (session);

-- What the source was when it opened the session: a source that has become another one has opened nothing.
ALTER TABLE sessions ADD COLUMN source_print TEXT;
-- Until when one replica renews the tokens, and the others wait.
ALTER TABLE sessions ADD COLUMN renewing_until BIGINT;
