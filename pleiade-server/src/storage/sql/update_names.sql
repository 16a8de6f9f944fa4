UPDATE links
SET display_name = $2, given_name = $3, family_name = $4, mail = $5, login = $6
WHERE id = $1
