SELECT at, event, actor, source, facts
FROM audit
WHERE about = $1 AND event IN ('linked', 'account_changed')
ORDER BY id
