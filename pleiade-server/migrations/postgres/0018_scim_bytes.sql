-- The weight of what an identity manager keeps here, 1 KiB at least each: a source has so much room.
ALTER TABLE scim_resources ADD COLUMN bytes BIGINT NOT NULL DEFAULT 1024;
UPDATE scim_resources
SET bytes = GREATEST(1024, OCTET_LENGTH(content) + 200 * (
    SELECT COUNT(*) FROM scim_members AS m WHERE m.source = scim_resources.source AND m.holder = scim_resources.id
));
CREATE INDEX scim_resources_bytes ON scim_resources (source, bytes);
