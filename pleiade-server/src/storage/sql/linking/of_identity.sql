SELECT l.id, l.source, l.issuer, l.subject, l.identity, l.owner, l.disabled, l.closed_by, l.relies_on, l.directory, l.rule, l.created_at,
    NOT EXISTS (SELECT 1 FROM links AS o WHERE o.identity = l.identity AND o.id <> l.id AND o.disabled = FALSE) AS alone
FROM links AS l
WHERE l.identity = $1
ORDER BY l.created_at, l.id
