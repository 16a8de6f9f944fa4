CREATE TABLE IF NOT EXISTS upgrade_names (
    identity BIGINT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL
)
