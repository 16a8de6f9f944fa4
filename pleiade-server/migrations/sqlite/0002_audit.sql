CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    tenant TEXT,
    event TEXT NOT NULL,
    actor INTEGER,
    about INTEGER,
    source TEXT,
    facts TEXT NOT NULL
) STRICT;
CREATE INDEX audit_tenant ON audit (tenant, id);
CREATE INDEX audit_actor ON audit (actor, id);
CREATE INDEX audit_about ON audit (about, id);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is not changed'); END;

-- 180 days, in milliseconds.
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
WHEN OLD.at > CAST(strftime('%s', 'now') AS INTEGER) * 1000 - 15552000000
BEGIN SELECT RAISE(ABORT, 'the audit log is kept for 180 days'); END;
