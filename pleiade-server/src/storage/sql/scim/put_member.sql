INSERT INTO scim_members (source, holder, member, display)
SELECT r.source, $2, r.id, $4 FROM scim_resources AS r WHERE r.source = $1 AND r.id = $3
ON CONFLICT (source, holder, member) DO UPDATE SET display = excluded.display
