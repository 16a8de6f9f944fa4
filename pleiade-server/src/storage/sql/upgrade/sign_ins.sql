SELECT actor, source, facts, MAX(at)
FROM audit
WHERE event = 'signed_in' AND actor IS NOT NULL AND source IS NOT NULL
GROUP BY actor, source, facts
