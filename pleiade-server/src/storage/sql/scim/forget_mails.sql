DELETE FROM scim_mails WHERE source = $1 AND id = $2
