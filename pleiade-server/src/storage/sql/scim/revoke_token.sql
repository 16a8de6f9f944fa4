DELETE FROM scim_tokens WHERE source = $1 AND id = $2
