CREATE TABLE IF NOT EXISTS upgrade_conflicts (
    identity BIGINT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (identity, source)
)
