SELECT d.source, d.issuer, d.subject, d.link, l.identity, d.display_name, d.given_name, d.family_name, d.login, d.mail, d.function,
       d.department, d.telephone, d.person_groups, d.active, d.changed_at, d.left_at, d.gone_at
FROM directory_people AS d JOIN links AS l ON l.id = d.link
WHERE d.link = $1
