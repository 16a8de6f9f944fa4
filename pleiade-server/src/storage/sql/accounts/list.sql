SELECT
    a.source, a.login, a.subject, a.identity, i.display_name, a.disabled, a.created_at,
    a.password_hash <> '' AS has_password,
    (SELECT COUNT(*) FROM second_factors AS f WHERE f.identity = a.identity AND f.source = a.source) AS factors
FROM local_accounts AS a
JOIN identities AS i ON i.id = a.identity
WHERE a.source = $1 AND ($2 IS NULL OR EXISTS (
    SELECT 1 FROM affiliations AS t
    WHERE t.identity = a.identity AND t.source = a.source AND t.tenant = $2
))
ORDER BY a.login
