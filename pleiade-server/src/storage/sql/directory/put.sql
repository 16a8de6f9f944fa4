INSERT INTO directory_people (source, issuer, subject, link, precedence, display_name, given_name, family_name, login, mail,
    function, department, telephone, person_groups, search, active, fingerprint, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, TRUE, $16, $17)
ON CONFLICT (source, issuer, subject) DO UPDATE
SET precedence = excluded.precedence, display_name = excluded.display_name, given_name = excluded.given_name,
    family_name = excluded.family_name, login = excluded.login, mail = excluded.mail, function = excluded.function,
    department = excluded.department, telephone = excluded.telephone, person_groups = excluded.person_groups,
    search = excluded.search, active = TRUE, fingerprint = excluded.fingerprint, changed_at = excluded.changed_at,
    left_at = NULL, gone_at = NULL, closed_at = NULL
