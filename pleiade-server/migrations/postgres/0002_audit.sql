CREATE TABLE audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    tenant TEXT,
    event TEXT NOT NULL,
    actor BIGINT,
    about BIGINT,
    source TEXT,
    facts TEXT NOT NULL
);
CREATE INDEX audit_tenant ON audit (tenant, id);
CREATE INDEX audit_actor ON audit (actor, id);
CREATE INDEX audit_about ON audit (about, id);

CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'the audit log is not changed';
    END IF;
    -- 180 days, in milliseconds.
    IF OLD.at > EXTRACT(EPOCH FROM now()) * 1000 - 15552000000 THEN
        RAISE EXCEPTION 'the audit log is kept for 180 days';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_kept();
