UPDATE sessions SET
    provider_session = COALESCE($2, provider_session),
    tokens = COALESCE($3, tokens),
    renewing_until = CASE WHEN $3 IS NULL THEN renewing_until ELSE NULL END
WHERE hash = $1
