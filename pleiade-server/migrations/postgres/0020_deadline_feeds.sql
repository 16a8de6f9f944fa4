-- Calendars of deadlines that people subscribe to, one a link at most. The address is kept by its SHA-256; what is shown (a kind, an
-- application, a collectivité and a day, no title) is as the person's desk last knew it, as JSON. It counts on the site where it was made, and
-- while the source is what it was then.
CREATE TABLE deadline_feeds (
    link BIGINT NOT NULL PRIMARY KEY REFERENCES links (id) ON DELETE CASCADE,
    hash BYTEA NOT NULL UNIQUE,
    site TEXT,
    source_print TEXT NOT NULL,
    entries TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    used_at BIGINT
);
