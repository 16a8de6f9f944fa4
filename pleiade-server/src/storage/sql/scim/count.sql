SELECT COUNT(*) FROM scim_resources WHERE source = $1 AND kind = $2 AND active IN ($3, $4)
