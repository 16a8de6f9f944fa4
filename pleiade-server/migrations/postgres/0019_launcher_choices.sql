-- How somebody arranges their launcher in a collectivité, as JSON: the applications that they pinned, in their order, and those that they
-- opened last. It belongs to the link by which they came.
CREATE TABLE launcher_choices (
    link BIGINT NOT NULL REFERENCES links (id) ON DELETE CASCADE,
    tenant TEXT NOT NULL,
    choices TEXT NOT NULL,
    PRIMARY KEY (link, tenant)
);
