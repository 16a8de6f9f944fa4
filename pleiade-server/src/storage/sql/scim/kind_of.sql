SELECT kind FROM scim_resources WHERE source = $1 AND id = $2
