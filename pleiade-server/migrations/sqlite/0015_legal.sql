-- The legal deadlines of a collectivité: what it says of itself (JSON), the dates that it entered (ISO 8601), and the deadlines that were
-- dismissed for it, each with what it said, who did it and why.
CREATE TABLE legal_facts (
    tenant TEXT PRIMARY KEY,
    facts TEXT NOT NULL
) STRICT;

CREATE TABLE legal_dates (
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    is_ready INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, day)
) STRICT;

CREATE TABLE legal_dismissals (
    tenant TEXT NOT NULL,
    rule TEXT NOT NULL,
    day TEXT NOT NULL,
    line TEXT NOT NULL,
    reason TEXT NOT NULL,
    person INTEGER REFERENCES identities (id) ON DELETE SET NULL,
    dismissed_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, rule, day)
) STRICT;
CREATE INDEX legal_dismissals_by_person ON legal_dismissals (person);
