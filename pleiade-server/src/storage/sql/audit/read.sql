SELECT id, at, tenant, event, actor, about, source, facts, actor_link, about_link, actor_name, about_name FROM audit
WHERE (CAST($1 AS TEXT) IS NULL OR tenant = $1 OR ($5 = 1 AND tenant IS NULL))
  AND (CAST($2 AS BIGINT) IS NULL OR actor = $2 OR about = $2)
  AND (CAST($3 AS BIGINT) IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
