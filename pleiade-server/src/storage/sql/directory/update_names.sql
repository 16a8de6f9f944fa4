UPDATE identities
SET display_name = $2, given_name = $3, family_name = $4, mail = $5, login = $6
WHERE id = $1 AND NOT EXISTS (
    SELECT 1 FROM directory_people d WHERE d.identity = $1 AND d.active = TRUE AND d.precedence < $7)
