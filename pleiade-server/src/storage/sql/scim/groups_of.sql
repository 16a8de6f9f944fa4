SELECT r.id, r.label
FROM scim_members AS m JOIN scim_resources AS r ON r.source = m.source AND r.id = m.holder
WHERE m.source = $1 AND m.member = $2
ORDER BY r.number
