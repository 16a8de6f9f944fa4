UPDATE links SET display_name = NULL, given_name = NULL, family_name = NULL, mail = NULL, login = NULL
WHERE id = $1 OR (directory = $1 AND disabled = TRUE)
