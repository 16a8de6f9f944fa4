SELECT COUNT(*) FROM (
    SELECT identity FROM links WHERE disabled = FALSE GROUP BY identity, source HAVING COUNT(*) > 1) AS several
