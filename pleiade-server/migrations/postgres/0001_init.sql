-- Instants are milliseconds since 1970-01-01 UTC, so that both engines order and compare them alike.

-- ALWAYS: the number of a person is never given again.
CREATE TABLE identities (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    display_name TEXT NOT NULL,
    given_name TEXT,
    family_name TEXT,
    mail TEXT,
    login TEXT,
    created_at BIGINT NOT NULL
);

-- The owner is the tenant whose source vouched for the person, or null for the operator's own sources.
CREATE TABLE links (
    source TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    identity BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    owner TEXT,
    disabled BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (source, issuer, subject)
);
CREATE INDEX links_identity ON links (identity);

CREATE TABLE affiliations (
    identity BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    function TEXT,
    person_groups TEXT NOT NULL,
    roles TEXT NOT NULL,
    PRIMARY KEY (identity, source, tenant)
);

CREATE TABLE sessions (
    hash BYTEA NOT NULL PRIMARY KEY,
    site TEXT,
    identity BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    acting TEXT NOT NULL,
    provider_session TEXT,
    tokens BYTEA,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_identity ON sessions (identity);
CREATE INDEX sessions_provider ON sessions (source, provider_session);
CREATE INDEX sessions_subject ON sessions (source, issuer, subject);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE used_once (
    key BYTEA NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX used_once_expiry ON used_once (expires_at);

CREATE TABLE local_accounts (
    source TEXT NOT NULL,
    login TEXT NOT NULL,
    subject TEXT NOT NULL,
    identity BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    password_hash TEXT NOT NULL,
    disabled BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (source, login),
    UNIQUE (source, subject)
);

CREATE TABLE menus (
    identity BIGINT PRIMARY KEY REFERENCES identities (id) ON DELETE CASCADE,
    applications TEXT NOT NULL,
    fetched_at BIGINT NOT NULL
);
