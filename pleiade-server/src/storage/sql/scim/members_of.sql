SELECT m.member, r.kind, m.display
FROM scim_members AS m JOIN scim_resources AS r ON r.source = m.source AND r.id = m.member
WHERE m.source = $1 AND m.holder = $2
ORDER BY r.number
