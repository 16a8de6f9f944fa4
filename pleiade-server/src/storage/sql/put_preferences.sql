INSERT INTO preferences (identity, locale, theme, last_acting)
VALUES ($1, $2, $3, $4)
ON CONFLICT (identity) DO UPDATE
SET locale = excluded.locale, theme = excluded.theme, last_acting = excluded.last_acting
