UPDATE directory_people
SET active = FALSE, changed_at = $4, left_at = COALESCE(left_at, $4), closed_at = CASE WHEN active THEN NULL ELSE closed_at END,
    gone_at = CASE WHEN CAST($5 AS BIGINT) IS NULL THEN NULL ELSE COALESCE(gone_at, $5) END
WHERE source = $1 AND issuer = $2 AND subject = $3
RETURNING link
