-- Proxy-granting tickets of CAS on their way, for a minute.
CREATE TABLE proxy_grants (
    source TEXT NOT NULL,
    name BLOB NOT NULL,
    sealed BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (source, name)
) STRICT;
CREATE INDEX proxy_grants_end ON proxy_grants (expires_at);
