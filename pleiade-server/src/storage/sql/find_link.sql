SELECT l.id, l.identity, l.owner, l.disabled, l.relies_on, l.directory,
    NOT EXISTS (SELECT 1 FROM links AS o WHERE o.identity = l.identity AND o.id <> l.id AND o.disabled = FALSE) AS alone
FROM links AS l
WHERE l.source = $1 AND l.issuer = $2 AND l.subject = $3
