INSERT INTO links (source, issuer, subject, identity, owner, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
