SELECT board, version FROM personal_boards WHERE identity = $1 AND tenant = $2
