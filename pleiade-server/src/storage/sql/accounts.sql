-- Local accounts, and the links by which their password is chosen.

-- name: create_local_account
INSERT INTO local_accounts (source, login, subject, link, password_hash, created_at)
VALUES ($1, $2, $3, $4, $5, $6)

-- name: local_account
SELECT a.source, a.login, a.subject, a.link, l.identity, a.password_hash, a.disabled
FROM local_accounts AS a
JOIN links AS l ON l.id = a.link
WHERE a.source = $1 AND a.login = $2

-- name: local_account_by_subject
SELECT a.source, a.login, a.subject, a.link, l.identity, a.password_hash, a.disabled
FROM local_accounts AS a
JOIN links AS l ON l.id = a.link
WHERE a.source = $1 AND a.subject = $2

-- name: local_account_of_link
SELECT a.source, a.login, a.subject, a.link, l.identity, a.password_hash, a.disabled
FROM local_accounts AS a
JOIN links AS l ON l.id = a.link
WHERE a.link = $1

-- name: local_accounts
SELECT
    a.source, a.login, a.subject, a.link, l.identity, l.display_name, a.disabled, a.created_at,
    a.password_hash <> '' AS has_password,
    (SELECT COUNT(*) FROM second_factors AS f WHERE f.link = a.link) AS factors
FROM local_accounts AS a
JOIN links AS l ON l.id = a.link
WHERE a.source = $1
  AND ($2 IS NULL OR EXISTS (SELECT 1 FROM affiliations AS t WHERE t.link = a.link AND t.tenant = $2))
ORDER BY a.login

-- name: set_password_hash
UPDATE local_accounts SET password_hash = $2 WHERE link = $1

-- name: replace_password_hash
UPDATE local_accounts SET password_hash = $3
WHERE link = $1 AND password_hash = $2 AND NOT disabled

-- name: set_account_disabled
UPDATE local_accounts SET disabled = $2 WHERE link = $1

-- name: add_account_link
INSERT INTO account_links (hash, source, login, purpose, created_by, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: drop_account_links
DELETE FROM account_links WHERE (source = $1 AND login = $2) OR expires_at <= $3

-- name: account_link
SELECT hash, source, login, purpose, created_by, created_at, expires_at
FROM account_links
WHERE hash = $1 AND expires_at > $2

-- name: take_account_link
DELETE FROM account_links WHERE hash = $1 AND expires_at > $2
