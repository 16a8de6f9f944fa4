INSERT INTO scim_resources
    (source, kind, id, version, created_at, modified_at, external_id, user_name, label, folded_label, active, content)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
