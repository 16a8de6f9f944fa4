SELECT a.source, a.login, a.subject, a.link, l.identity, a.password_hash, a.disabled
FROM local_accounts AS a
JOIN links AS l ON l.id = a.link
WHERE a.link = $1
