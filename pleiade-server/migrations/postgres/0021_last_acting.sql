-- For which of their collectivités somebody chose to act last: they act for it again when they sign in by the same link.
CREATE TABLE last_acting (
    link BIGINT NOT NULL PRIMARY KEY REFERENCES links (id) ON DELETE CASCADE,
    tenant TEXT NOT NULL
);
