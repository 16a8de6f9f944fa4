INSERT INTO scim_mails (source, id, mail) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
