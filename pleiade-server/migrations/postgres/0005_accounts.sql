-- What opens a local account besides its password. `sealed` is the secret of codes, or the public key of a passkey, sealed for the person.
CREATE TABLE second_factors (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    identity BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    host TEXT,
    credential BYTEA UNIQUE,
    sealed BYTEA NOT NULL,
    last_step BIGINT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX second_factors_identity ON second_factors (identity, source);

CREATE TABLE recovery_codes (
    identity BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    hash BYTEA NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (identity, source, hash)
);

-- Links that let somebody choose the password of an account. A taken one is deleted.
CREATE TABLE account_links (
    hash BYTEA NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    login TEXT NOT NULL,
    purpose TEXT NOT NULL,
    created_by BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX account_links_account ON account_links (source, login);

CREATE TABLE second_factor_failures (
    identity BIGINT NOT NULL PRIMARY KEY REFERENCES identities (id) ON DELETE CASCADE,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    not_before BIGINT NOT NULL
);
