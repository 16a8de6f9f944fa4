UPDATE sessions SET provider_session = COALESCE($2, provider_session), tokens = COALESCE($3, tokens), renewing_until = NULL WHERE hash = $1
