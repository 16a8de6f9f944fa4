-- What identity managers push, and their tokens.

-- name: resource
SELECT number, id, version, created_at, modified_at, content
FROM scim_resources
WHERE source = $1 AND kind = $2 AND id = $3

-- name: kind_of_resource
SELECT kind FROM scim_resources WHERE source = $1 AND id = $2

-- name: resource_by_external_id
SELECT number, id, version, created_at, modified_at, content
FROM scim_resources
WHERE source = $1 AND kind = $2 AND external_id = $3

-- name: resource_by_user_name
SELECT number, id, version, created_at, modified_at, content
FROM scim_resources
WHERE source = $1 AND kind = $2 AND user_name = $3

-- name: resources_by_label
SELECT number, id, version, created_at, modified_at, content
FROM scim_resources
WHERE source = $1 AND kind = $2 AND folded_label = $3
ORDER BY number LIMIT $4 OFFSET $5

-- name: count_by_label
SELECT COUNT(*) FROM scim_resources WHERE source = $1 AND kind = $2 AND folded_label = $3

-- name: resources_by_mail
SELECT r.number, r.id, r.version, r.created_at, r.modified_at, r.content
FROM scim_mails AS m JOIN scim_resources AS r ON r.source = m.source AND r.id = m.id
WHERE m.source = $1 AND r.kind = $2 AND m.mail = $3
ORDER BY r.number LIMIT $4 OFFSET $5

-- name: count_by_mail
SELECT COUNT(*)
FROM scim_mails AS m JOIN scim_resources AS r ON r.source = m.source AND r.id = m.id
WHERE m.source = $1 AND r.kind = $2 AND m.mail = $3

-- name: count_resources
SELECT COUNT(*)
FROM scim_resources
WHERE source = $1 AND kind = $2 AND active IN ($3, $4)

-- name: page_of_resources
SELECT number, id, version, created_at, modified_at, content
FROM scim_resources
WHERE source = $1 AND kind = $2 AND active IN ($3, $4)
ORDER BY number LIMIT $5 OFFSET $6

-- name: resources_after
SELECT number, id, version, created_at, modified_at, content
FROM scim_resources
WHERE source = $1 AND kind = $2 AND number > $3
ORDER BY number LIMIT $4

-- name: room_of_source
SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT)
FROM scim_resources
WHERE source = $1

-- name: key_is_an_id
SELECT id FROM scim_resources WHERE source = $1 AND id = $2 AND id <> $3

-- name: create_resource
INSERT INTO scim_resources
    (source, kind, id, version, created_at, modified_at, external_id, user_name, label, folded_label,
     active, content, bytes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)

-- name: replace_resource
UPDATE scim_resources
SET version = $4, modified_at = $5, external_id = $6, user_name = $7, label = $8, folded_label = $9,
    active = $10, content = $11, bytes = $12
WHERE source = $1 AND id = $2 AND version = $3

-- name: delete_resource
DELETE FROM scim_resources WHERE source = $1 AND id = $2 AND version = $3

-- name: add_mail
INSERT INTO scim_mails (source, id, mail)
VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING

-- name: forget_mails
DELETE FROM scim_mails WHERE source = $1 AND id = $2

-- name: members_of_group
SELECT m.member, r.kind, m.display
FROM scim_members AS m JOIN scim_resources AS r ON r.source = m.source AND r.id = m.member
WHERE m.source = $1 AND m.holder = $2
ORDER BY r.number

-- name: groups_of_member
SELECT r.id, r.label
FROM scim_members AS m JOIN scim_resources AS r ON r.source = m.source AND r.id = m.holder
WHERE m.source = $1 AND m.member = $2
ORDER BY r.number

-- name: put_member
INSERT INTO scim_members (source, holder, member, display)
SELECT r.source, $2, r.id, $4 FROM scim_resources AS r WHERE r.source = $1 AND r.id = $3
ON CONFLICT (source, holder, member) DO UPDATE SET display = excluded.display

-- name: remove_member
DELETE FROM scim_members WHERE source = $1 AND holder = $2 AND member = $3

-- name: add_token
INSERT INTO scim_tokens (hash, source, id, created_at) VALUES ($1, $2, $3, $4)

-- name: token
SELECT source, id, created_at, last_used_at FROM scim_tokens WHERE hash = $1

-- name: tokens_of_source
SELECT source, id, created_at, last_used_at
FROM scim_tokens
WHERE source = $1
ORDER BY created_at, id

-- name: use_token
UPDATE scim_tokens
SET last_used_at = $2
WHERE hash = $1 AND (last_used_at IS NULL OR last_used_at < $2)

-- name: revoke_token
DELETE FROM scim_tokens WHERE source = $1 AND id = $2
