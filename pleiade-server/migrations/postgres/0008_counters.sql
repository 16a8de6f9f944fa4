-- Proxy-granting tickets of CAS on their way, for a minute.
CREATE TABLE proxy_grants (
    source TEXT NOT NULL,
    name BYTEA NOT NULL,
    sealed BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (source, name)
);
CREATE INDEX proxy_grants_end ON proxy_grants (expires_at);
