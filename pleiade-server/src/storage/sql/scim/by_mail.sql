SELECT r.number, r.id, r.version, r.created_at, r.modified_at, r.content
FROM scim_mails AS m JOIN scim_resources AS r ON r.source = m.source AND r.id = m.id
WHERE m.source = $1 AND r.kind = $2 AND m.mail = $3
ORDER BY r.number LIMIT 1000
