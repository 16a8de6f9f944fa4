INSERT INTO links (source, issuer, subject, identity, owner, relies_on, rule, created_at, directory)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
RETURNING id
