-- Accounts that people connected. Login and secret are sealed for (tenant, identity, connector).
CREATE TABLE accesses (
    tenant TEXT NOT NULL,
    identity INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    connector TEXT NOT NULL,
    sealed BLOB NOT NULL,
    how TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    expires_at INTEGER,
    refused_at INTEGER,
    PRIMARY KEY (tenant, identity, connector)
) STRICT;
CREATE INDEX accesses_identity ON accesses (identity);

-- Login flows that a person has begun: they belong to one session and end with it.
CREATE TABLE pending_accesses (
    tenant TEXT NOT NULL,
    identity INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    connector TEXT NOT NULL,
    session BLOB NOT NULL REFERENCES sessions (hash) ON DELETE CASCADE,
    sealed BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, identity, connector)
) STRICT;
CREATE INDEX pending_accesses_session ON pending_accesses (session);

-- What the source was when it opened the session: a source that has become another one has opened nothing.
ALTER TABLE sessions ADD COLUMN source_print TEXT;
-- Until when one replica renews the tokens, and the others wait.
ALTER TABLE sessions ADD COLUMN renewing_until INTEGER;
