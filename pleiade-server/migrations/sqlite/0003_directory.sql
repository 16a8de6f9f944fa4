-- What directories told. Tenants and rights of a person stand in affiliations, under the same source.

-- Which source closed a link, so that a return opens again only what the departure closed.
ALTER TABLE links ADD COLUMN closed_by TEXT;

-- active: the source lets them in. gone_at: since when they are absent. closed_at: when everything a departure ends was closed.
-- precedence: a lower one decides on the names of somebody whom several sources describe.
CREATE TABLE directory_people (
    source TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    identity INTEGER NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    precedence INTEGER NOT NULL,
    display_name TEXT NOT NULL,
    given_name TEXT,
    family_name TEXT,
    login TEXT,
    mail TEXT,
    function TEXT,
    department TEXT,
    telephone TEXT,
    person_groups TEXT NOT NULL,
    search TEXT NOT NULL,
    active INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    changed_at INTEGER NOT NULL,
    left_at INTEGER,
    gone_at INTEGER,
    closed_at INTEGER,
    PRIMARY KEY (source, issuer, subject)
) STRICT;
CREATE INDEX directory_people_identity ON directory_people (identity);
CREATE INDEX directory_people_gone ON directory_people (source, gone_at);
CREATE INDEX affiliations_tenant ON affiliations (tenant, source, identity);

-- One line a source: where the next pass goes on, and who is at it.
CREATE TABLE directory_sources (
    source TEXT NOT NULL PRIMARY KEY,
    cursor TEXT,
    mapping BLOB,
    applied_at INTEGER,
    read_at INTEGER,
    full_at INTEGER,
    holder TEXT,
    held_until INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE directory_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    report TEXT NOT NULL
) STRICT;
CREATE INDEX directory_runs_source ON directory_runs (source, id);
