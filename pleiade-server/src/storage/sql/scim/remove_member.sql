DELETE FROM scim_members WHERE source = $1 AND holder = $2 AND member = $3
