SELECT id, link, tenant, kind, facts, created_at FROM notices
WHERE link IN ($1, $2)
ORDER BY id DESC
LIMIT 20
