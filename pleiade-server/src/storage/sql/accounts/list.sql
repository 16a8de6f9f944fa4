SELECT
    a.source, a.login, a.subject, a.link, l.identity, l.display_name, a.disabled, a.created_at,
    a.password_hash <> '' AS has_password,
    (SELECT COUNT(*) FROM second_factors AS f WHERE f.link = a.link) AS factors
FROM local_accounts AS a
JOIN links AS l ON l.id = a.link
WHERE a.source = $1 AND ($2 IS NULL OR EXISTS (SELECT 1 FROM affiliations AS t WHERE t.link = a.link AND t.tenant = $2))
ORDER BY a.login
