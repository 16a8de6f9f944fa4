SELECT issuer, subject, link FROM directory_people WHERE source = $1 AND active = FALSE AND closed_at IS NULL
