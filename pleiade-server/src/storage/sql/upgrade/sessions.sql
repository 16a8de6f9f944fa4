SELECT identity, source, issuer, subject, last_seen_at FROM sessions ORDER BY hash
