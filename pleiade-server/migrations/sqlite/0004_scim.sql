-- What identity managers push, as they wrote it. Members of groups stand apart, so that they come and go one by one.
CREATE TABLE scim_resources (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    external_id TEXT,
    user_name TEXT,
    label TEXT NOT NULL,
    folded_label TEXT NOT NULL,
    active INTEGER NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (source, id)
) STRICT;
CREATE INDEX scim_resources_list ON scim_resources (source, kind, number);
CREATE INDEX scim_resources_label ON scim_resources (source, kind, folded_label);
CREATE UNIQUE INDEX scim_resources_external_id ON scim_resources (source, kind, external_id);
CREATE UNIQUE INDEX scim_resources_user_name ON scim_resources (source, user_name);

CREATE TABLE scim_mails (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    mail TEXT NOT NULL,
    PRIMARY KEY (source, mail, id),
    FOREIGN KEY (source, id) REFERENCES scim_resources (source, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX scim_mails_id ON scim_mails (source, id);

CREATE TABLE scim_members (
    source TEXT NOT NULL,
    holder TEXT NOT NULL,
    member TEXT NOT NULL,
    display TEXT,
    PRIMARY KEY (source, holder, member),
    FOREIGN KEY (source, holder) REFERENCES scim_resources (source, id) ON DELETE CASCADE,
    FOREIGN KEY (source, member) REFERENCES scim_resources (source, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX scim_members_member ON scim_members (source, member);

-- Tokens are kept as their SHA-256 only.
CREATE TABLE scim_tokens (
    hash BLOB NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    UNIQUE (source, id)
) STRICT;
