SELECT source, id, created_at, last_used_at FROM scim_tokens WHERE hash = $1
