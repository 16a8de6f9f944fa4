DELETE FROM affiliations WHERE identity = $1 AND source = $2
