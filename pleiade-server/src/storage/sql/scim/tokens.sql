SELECT source, id, created_at, last_used_at FROM scim_tokens WHERE source = $1 ORDER BY created_at, id
