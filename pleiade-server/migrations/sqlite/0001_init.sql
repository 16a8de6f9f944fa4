-- Instants are milliseconds since 1970-01-01 UTC, so that both engines order and compare them alike.

-- AUTOINCREMENT: the number of a person is never given again.
CREATE TABLE identities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    display_name TEXT NOT NULL,
    given_name TEXT,
    family_name TEXT,
    mail TEXT,
    login TEXT,
    created_at INTEGER NOT NULL
) STRICT;

-- The owner is the tenant whose source vouched for the person, or null for the operator's own sources.
CREATE TABLE links (
    source TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    identity INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    owner TEXT,
    disabled INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (source, issuer, subject)
) STRICT;
CREATE INDEX links_identity ON links (identity);

CREATE TABLE affiliations (
    identity INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    function TEXT,
    person_groups TEXT NOT NULL,
    roles TEXT NOT NULL,
    PRIMARY KEY (identity, source, tenant)
) STRICT;

CREATE TABLE sessions (
    hash BLOB NOT NULL PRIMARY KEY,
    site TEXT,
    identity INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    acting TEXT NOT NULL,
    provider_session TEXT,
    tokens BLOB,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_identity ON sessions (identity);
CREATE INDEX sessions_provider ON sessions (source, provider_session);
CREATE INDEX sessions_subject ON sessions (source, issuer, subject);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE used_once (
    key BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX used_once_expiry ON used_once (expires_at);

CREATE TABLE local_accounts (
    source TEXT NOT NULL,
    login TEXT NOT NULL,
    subject TEXT NOT NULL,
    identity INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    password_hash TEXT NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (source, login),
    UNIQUE (source, subject)
) STRICT;

CREATE TABLE menus (
    identity INTEGER PRIMARY KEY REFERENCES identities (id) ON DELETE CASCADE,
    applications TEXT NOT NULL,
    fetched_at INTEGER NOT NULL
) STRICT;
