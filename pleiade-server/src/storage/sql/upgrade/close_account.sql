UPDATE local_accounts SET disabled = TRUE WHERE source = $1 AND subject = $3 AND $2 = 'local:' || source
