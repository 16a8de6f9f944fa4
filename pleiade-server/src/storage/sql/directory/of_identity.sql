SELECT source, issuer, subject, identity, display_name, given_name, family_name, login, mail, function, department, telephone,
       person_groups, active, changed_at, left_at, gone_at
FROM directory_people WHERE identity = $1
ORDER BY active DESC, precedence, source, issuer, subject
