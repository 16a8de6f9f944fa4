UPDATE personal_boards
SET board = $3, version = version + 1
WHERE identity = $1 AND tenant = $2 AND version = $4
