SELECT pg_advisory_xact_lock(hashtext('pleiade schema ' || COALESCE(current_schema(), '')))
