INSERT INTO identities (created_at) VALUES ($1) RETURNING id
