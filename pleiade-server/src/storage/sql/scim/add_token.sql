INSERT INTO scim_tokens (hash, source, id, created_at) VALUES ($1, $2, $3, $4)
