-- What people put off in the queue of what waits for them, until the beginning of a day (ISO 8601, in the zone of the reader). It belongs to
-- the link by which they came.
CREATE TABLE snoozed_tasks (
    link INTEGER NOT NULL REFERENCES links (id) ON DELETE CASCADE,
    tenant TEXT NOT NULL,
    connector TEXT NOT NULL,
    task TEXT NOT NULL,
    until_day TEXT NOT NULL,
    PRIMARY KEY (link, tenant, connector, task)
) STRICT;
