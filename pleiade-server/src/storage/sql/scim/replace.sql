UPDATE scim_resources
SET version = $4, modified_at = $5, external_id = $6, user_name = $7, label = $8, folded_label = $9, active = $10, content = $11
WHERE source = $1 AND id = $2 AND version = $3
