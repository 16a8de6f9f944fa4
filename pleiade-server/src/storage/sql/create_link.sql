INSERT INTO links
    (source, issuer, subject, identity, owner, created_at, display_name, given_name, family_name, mail, login)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
RETURNING id
