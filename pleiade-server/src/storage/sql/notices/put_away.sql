DELETE FROM notices WHERE id = $1 AND link IN ($2, $3)
