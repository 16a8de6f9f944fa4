SELECT to_regclass('_sqlx_migrations')::TEXT
