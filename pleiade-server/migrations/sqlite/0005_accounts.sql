-- What opens a local account besides its password. `sealed` is the secret of codes, or the public key of a passkey, sealed for the person.
CREATE TABLE second_factors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    identity INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    host TEXT,
    credential BLOB UNIQUE,
    sealed BLOB NOT NULL,
    last_step INTEGER,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;
CREATE INDEX second_factors_identity ON second_factors (identity, source);

CREATE TABLE recovery_codes (
    identity INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    hash BLOB NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (identity, source, hash)
) STRICT;

-- Links that let somebody choose the password of an account. A taken one is deleted.
CREATE TABLE account_links (
    hash BLOB NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    login TEXT NOT NULL,
    purpose TEXT NOT NULL,
    created_by INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX account_links_account ON account_links (source, login);

CREATE TABLE second_factor_failures (
    identity INTEGER NOT NULL PRIMARY KEY REFERENCES identities (id) ON DELETE CASCADE,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    not_before INTEGER NOT NULL
) STRICT;
