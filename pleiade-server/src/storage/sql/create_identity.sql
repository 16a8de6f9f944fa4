INSERT INTO identities (display_name, given_name, family_name, mail, login, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id
