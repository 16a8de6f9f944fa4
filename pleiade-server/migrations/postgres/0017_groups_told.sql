-- When a source last told every group of its person by this link. Groups that it then withholds count for a time from there on; none where
-- nobody has signed in by the link since this schema.
ALTER TABLE links ADD COLUMN groups_told_at BIGINT;
