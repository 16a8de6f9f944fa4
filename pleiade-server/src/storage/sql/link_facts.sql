SELECT id, source, issuer, subject, identity, disabled, directory, display_name, given_name, family_name, mail, login
FROM links
WHERE id = $1
