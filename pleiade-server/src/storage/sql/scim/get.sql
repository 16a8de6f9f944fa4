SELECT number, id, version, created_at, modified_at, content FROM scim_resources WHERE source = $1 AND kind = $2 AND id = $3
