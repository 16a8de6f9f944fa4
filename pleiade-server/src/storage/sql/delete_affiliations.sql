DELETE FROM affiliations WHERE link = $1
