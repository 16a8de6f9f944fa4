-- What a source tells belongs to the link that it told it by: names, ties, menus, connected accounts, second factors, delegations. The
-- program has closed what two open links of one source would mix before this runs, and named whom it concerns in `upgrade_conflicts`; it
-- seals again afterwards what was sealed for a person (`upgrade_steps`). See `storage/upgrade`.
CREATE TABLE IF NOT EXISTS upgrade_conflicts (
    identity BIGINT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (identity, source)
);
-- The link by which a person's names were told last, as the program read it in the log.
CREATE TABLE IF NOT EXISTS upgrade_names (
    identity BIGINT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL
);

-- directory: the link of the directory's own subject, which this link relies on. Names are null until the source tells them.
CREATE TABLE new_links (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    identity BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    owner TEXT,
    disabled BOOLEAN NOT NULL DEFAULT FALSE,
    closed_by TEXT,
    relies_on TEXT,
    directory BIGINT REFERENCES new_links (id) ON DELETE SET NULL,
    rule TEXT,
    created_at BIGINT NOT NULL,
    display_name TEXT,
    given_name TEXT,
    family_name TEXT,
    mail TEXT,
    login TEXT,
    UNIQUE (source, issuer, subject)
);
INSERT INTO new_links (source, issuer, subject, identity, owner, disabled, closed_by, relies_on, rule, created_at)
SELECT source, issuer, subject, identity, owner, disabled, closed_by, relies_on, rule, created_at
FROM links ORDER BY created_at, source, issuer, subject;
UPDATE new_links SET directory = (
    SELECT d.id FROM new_links AS d
    WHERE d.identity = new_links.identity AND d.source = new_links.relies_on AND d.disabled = FALSE)
WHERE relies_on IS NOT NULL;

-- The one open link of a person, beside the directory that it relies on: what was kept by person goes to it.
CREATE TABLE sole (identity BIGINT PRIMARY KEY, link BIGINT NOT NULL);
INSERT INTO sole (identity, link)
SELECT l.identity, MIN(l.id) FROM new_links AS l
WHERE l.disabled = FALSE AND NOT EXISTS (SELECT 1 FROM new_links AS s WHERE s.directory = l.id AND s.disabled = FALSE)
  AND l.identity NOT IN (SELECT identity FROM upgrade_conflicts)
GROUP BY l.identity HAVING COUNT(*) = 1;

-- Names: a directory's own, else those of the person where the link that told them last is their one open link, or their only one. A
-- local account whose names another source may have told keeps its login.
UPDATE new_links SET (display_name, given_name, family_name, mail, login) = (
    SELECT i.display_name, i.given_name, i.family_name, i.mail, i.login FROM identities AS i WHERE i.id = new_links.identity)
WHERE (id IN (SELECT link FROM sole)
    OR (SELECT COUNT(*) FROM new_links AS o WHERE o.identity = new_links.identity) = 1)
  AND EXISTS (
    SELECT 1 FROM upgrade_names AS n
    WHERE n.identity = new_links.identity AND n.source = new_links.source AND n.issuer = new_links.issuer
      AND n.subject = new_links.subject);
UPDATE new_links SET (display_name, login) = (
    SELECT a.login, a.login FROM local_accounts AS a WHERE a.source = new_links.source AND a.subject = new_links.subject)
WHERE display_name IS NULL
  AND EXISTS (SELECT 1 FROM local_accounts AS a WHERE a.source = new_links.source AND a.subject = new_links.subject);
UPDATE new_links SET (display_name, given_name, family_name, mail, login) = (
    SELECT d.display_name, d.given_name, d.family_name, d.mail, d.login FROM directory_people AS d
    WHERE d.source = new_links.source AND d.issuer = new_links.issuer AND d.subject = new_links.subject)
WHERE EXISTS (
    SELECT 1 FROM directory_people AS d
    WHERE d.source = new_links.source AND d.issuer = new_links.issuer AND d.subject = new_links.subject);

-- Ties were kept by person and source: they go to the link of that source, the open one when there are several.
CREATE TABLE new_affiliations (
    link BIGINT NOT NULL REFERENCES new_links (id) ON DELETE CASCADE,
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    function TEXT,
    department TEXT,
    telephone TEXT,
    person_groups TEXT NOT NULL,
    roles TEXT NOT NULL,
    PRIMARY KEY (link, tenant)
);
INSERT INTO new_affiliations (link, tenant, kind, function, department, telephone, person_groups, roles)
SELECT l.id, a.tenant, a.kind, a.function, a.department, a.telephone, a.person_groups, a.roles
FROM affiliations AS a
JOIN new_links AS l ON l.identity = a.identity AND l.source = a.source
WHERE a.source NOT IN (SELECT source FROM local_accounts)
  AND NOT EXISTS (SELECT 1 FROM upgrade_conflicts AS c WHERE c.identity = a.identity AND c.source = a.source)
  AND (l.disabled = FALSE
    OR (SELECT COUNT(*) FROM new_links AS o WHERE o.identity = a.identity AND o.source = a.source) = 1);
-- Those of a local account are nowhere else: they go to the account that they were written with.
INSERT INTO new_affiliations (link, tenant, kind, function, department, telephone, person_groups, roles)
SELECT l.id, a.tenant, a.kind, a.function, a.department, a.telephone, a.person_groups, a.roles
FROM affiliations AS a
JOIN local_accounts AS m ON m.identity = a.identity AND m.source = a.source
JOIN new_links AS l ON l.source = m.source AND l.subject = m.subject AND l.identity = a.identity
WHERE (SELECT COUNT(*) FROM local_accounts AS o WHERE o.identity = a.identity AND o.source = a.source) = 1;

CREATE TABLE new_menus (
    link BIGINT PRIMARY KEY REFERENCES new_links (id) ON DELETE CASCADE,
    applications TEXT NOT NULL,
    fetched_at BIGINT NOT NULL
);
INSERT INTO new_menus (link, applications, fetched_at)
SELECT s.link, m.applications, m.fetched_at FROM menus AS m JOIN sole AS s ON s.identity = m.identity;

-- A session names its link already. Those of people with several links end: what they read was everybody's.
CREATE TABLE new_sessions (
    hash BYTEA NOT NULL PRIMARY KEY,
    site TEXT,
    identity BIGINT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
    link BIGINT NOT NULL REFERENCES new_links (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    acting TEXT NOT NULL,
    acr TEXT,
    provider_session TEXT,
    tokens BYTEA,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    source_print TEXT,
    renewing_until BIGINT
);
INSERT INTO new_sessions
SELECT s.hash, s.site, s.identity, o.link, s.source, s.issuer, s.subject, s.acting, s.acr, s.provider_session, s.tokens,
       s.created_at, s.last_seen_at, s.expires_at, s.source_print, s.renewing_until
FROM sessions AS s
JOIN sole AS o ON o.identity = s.identity
JOIN new_links AS l ON l.id = o.link AND l.source = s.source AND l.issuer = s.issuer AND l.subject = s.subject;

-- Login and secret are sealed for (tenant, link, connector).
CREATE TABLE new_accesses (
    tenant TEXT NOT NULL,
    link BIGINT NOT NULL REFERENCES new_links (id) ON DELETE CASCADE,
    connector TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    how TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at BIGINT,
    refused_at BIGINT,
    PRIMARY KEY (tenant, link, connector)
);
INSERT INTO new_accesses
SELECT a.tenant, s.link, a.connector, a.sealed, a.how, a.created_at, a.last_used_at, a.expires_at, a.refused_at
FROM accesses AS a JOIN sole AS s ON s.identity = a.identity;

CREATE TABLE new_pending_accesses (
    tenant TEXT NOT NULL,
    link BIGINT NOT NULL REFERENCES new_links (id) ON DELETE CASCADE,
    connector TEXT NOT NULL,
    session BYTEA NOT NULL REFERENCES new_sessions (hash) ON DELETE CASCADE,
    sealed BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, link, connector)
);
INSERT INTO new_pending_accesses
SELECT a.tenant, s.link, a.connector, a.session, a.sealed, a.expires_at
FROM pending_accesses AS a
JOIN sole AS s ON s.identity = a.identity
JOIN new_sessions AS n ON n.hash = a.session;

-- A delegation uses the facts of its giver's link and ends with either.
ALTER TABLE delegations ADD COLUMN giver_link BIGINT REFERENCES new_links (id) ON DELETE SET NULL;
ALTER TABLE delegations ADD COLUMN receiver_link BIGINT REFERENCES new_links (id) ON DELETE SET NULL;
UPDATE delegations SET
    giver_link = (SELECT s.link FROM sole AS s WHERE s.identity = delegations.giver),
    receiver_link = (SELECT s.link FROM sole AS s WHERE s.identity = delegations.receiver);

-- Local accounts and what opens them belong to the link of the account.
CREATE TABLE new_local_accounts (
    source TEXT NOT NULL,
    login TEXT NOT NULL,
    subject TEXT NOT NULL,
    link BIGINT NOT NULL UNIQUE REFERENCES new_links (id) ON DELETE CASCADE,
    password_hash TEXT NOT NULL,
    disabled BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (source, login),
    UNIQUE (source, subject)
);
INSERT INTO new_local_accounts
SELECT a.source, a.login, a.subject, l.id, a.password_hash, a.disabled, a.created_at
FROM local_accounts AS a
JOIN new_links AS l ON l.source = a.source AND l.subject = a.subject AND l.issuer = 'local:' || a.source;

CREATE TABLE new_second_factors (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    link BIGINT NOT NULL REFERENCES new_links (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    host TEXT,
    credential BYTEA UNIQUE,
    sealed BYTEA NOT NULL,
    last_step BIGINT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
-- An account that was given to another person kept its factors under the one before: they are found by the account they were made for.
INSERT INTO new_second_factors
SELECT f.id, n.link, f.kind, f.name, f.host, f.credential, f.sealed, f.last_step, f.created_at, f.last_used_at
FROM second_factors AS f
JOIN local_accounts AS a ON a.identity = f.identity AND a.source = f.source
JOIN new_local_accounts AS n ON n.source = a.source AND n.login = a.login
WHERE (SELECT COUNT(*) FROM local_accounts AS o WHERE o.identity = f.identity AND o.source = f.source) = 1;
-- What they are sealed for until the program has sealed them again.
CREATE TABLE upgrade_factors (
    factor BIGINT NOT NULL PRIMARY KEY REFERENCES new_second_factors (id) ON DELETE CASCADE,
    identity BIGINT NOT NULL
);
INSERT INTO upgrade_factors (factor, identity)
SELECT f.id, f.identity FROM second_factors AS f JOIN new_second_factors AS n ON n.id = f.id;

CREATE TABLE new_second_factor_failures (
    link BIGINT NOT NULL PRIMARY KEY REFERENCES new_links (id) ON DELETE CASCADE,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    not_before BIGINT NOT NULL
);
INSERT INTO new_second_factor_failures
SELECT n.link, f.failures, f.last_at, f.not_before
FROM second_factor_failures AS f
JOIN local_accounts AS a ON a.identity = f.identity
JOIN new_local_accounts AS n ON n.source = a.source AND n.login = a.login;

CREATE TABLE new_recovery_codes (
    link BIGINT NOT NULL REFERENCES new_links (id) ON DELETE CASCADE,
    hash BYTEA NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (link, hash)
);
INSERT INTO new_recovery_codes
SELECT n.link, c.hash, c.used_at
FROM recovery_codes AS c
JOIN local_accounts AS a ON a.identity = c.identity AND a.source = c.source
JOIN new_local_accounts AS n ON n.source = a.source AND n.login = a.login
WHERE (SELECT COUNT(*) FROM local_accounts AS o WHERE o.identity = c.identity AND o.source = c.source) = 1;

CREATE TABLE new_directory_people (
    source TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    link BIGINT NOT NULL REFERENCES new_links (id) ON DELETE CASCADE,
    precedence BIGINT NOT NULL,
    display_name TEXT NOT NULL,
    given_name TEXT,
    family_name TEXT,
    login TEXT,
    mail TEXT,
    function TEXT,
    department TEXT,
    telephone TEXT,
    person_groups TEXT NOT NULL,
    search TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    fingerprint BYTEA NOT NULL,
    changed_at BIGINT NOT NULL,
    left_at BIGINT,
    gone_at BIGINT,
    closed_at BIGINT,
    PRIMARY KEY (source, issuer, subject)
);
INSERT INTO new_directory_people
SELECT d.source, d.issuer, d.subject, l.id, d.precedence, d.display_name, d.given_name, d.family_name, d.login, d.mail, d.function,
       d.department, d.telephone, d.person_groups, d.search, d.active, d.fingerprint, d.changed_at, d.left_at, d.gone_at, d.closed_at
FROM directory_people AS d
JOIN new_links AS l ON l.source = d.source AND l.issuer = d.issuer AND l.subject = d.subject;
-- Whose ties could not be told apart is written anew by the next reading of everybody.
UPDATE new_directory_people SET fingerprint = '\x'
WHERE active = TRUE AND NOT EXISTS (SELECT 1 FROM new_affiliations AS a WHERE a.link = new_directory_people.link);
UPDATE directory_sources SET mapping = NULL
WHERE source IN (SELECT source FROM new_directory_people WHERE fingerprint = '\x');

-- What a person is told once, on their own pages, for as long as they have not put it away.
CREATE TABLE notices (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    link BIGINT NOT NULL REFERENCES new_links (id) ON DELETE CASCADE,
    tenant TEXT,
    kind TEXT NOT NULL,
    facts TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
-- Whose way in was closed is told by the others.
INSERT INTO notices (link, tenant, kind, facts, created_at)
SELECT l.id, NULL, 'way_removed', '{"source":"' || c.source || '"}', CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT)
FROM upgrade_conflicts AS c
JOIN new_links AS l ON l.identity = c.identity AND l.disabled = FALSE
ORDER BY l.id;
-- Whoever has several links connects and delegates again.
INSERT INTO notices (link, tenant, kind, facts, created_at)
SELECT l.id, NULL, 'connect_again', '{}', CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT)
FROM new_links AS l
WHERE l.disabled = FALSE AND l.identity NOT IN (SELECT identity FROM sole)
  AND l.identity IN (SELECT identity FROM accesses);
INSERT INTO notices (link, tenant, kind, facts, created_at)
SELECT l.id, NULL, 'delegate_again', '{}', CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT)
FROM new_links AS l
WHERE l.disabled = FALSE AND l.identity IN (
    SELECT d.giver FROM delegations AS d WHERE d.ended_at IS NULL AND (d.giver_link IS NULL OR d.receiver_link IS NULL)
    UNION
    SELECT d.receiver FROM delegations AS d WHERE d.ended_at IS NULL AND (d.giver_link IS NULL OR d.receiver_link IS NULL));
UPDATE delegations SET ended_at = CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT), end_cause = 'upgrade'
WHERE ended_at IS NULL AND (giver_link IS NULL OR receiver_link IS NULL);

-- What the program still has to do after this, with the sealing key.
CREATE TABLE upgrade_steps (step TEXT NOT NULL PRIMARY KEY);
INSERT INTO upgrade_steps (step)
SELECT 'seal_by_link'
WHERE EXISTS (SELECT 1 FROM new_accesses) OR EXISTS (SELECT 1 FROM new_pending_accesses) OR EXISTS (SELECT 1 FROM new_second_factors)
   OR EXISTS (SELECT 1 FROM new_sessions WHERE tokens IS NOT NULL);

DROP TABLE pending_accesses;
DROP TABLE accesses;
DROP TABLE sessions;
DROP TABLE menus;
DROP TABLE affiliations;
DROP TABLE second_factors;
DROP TABLE recovery_codes;
DROP TABLE second_factor_failures;
DROP TABLE local_accounts;
DROP TABLE directory_people;
DROP TABLE links;
DROP TABLE sole;
DROP TABLE upgrade_conflicts;
DROP TABLE upgrade_names;
ALTER TABLE new_links RENAME TO links;
ALTER TABLE new_affiliations RENAME TO affiliations;
ALTER TABLE new_menus RENAME TO menus;
ALTER TABLE new_sessions RENAME TO sessions;
ALTER TABLE new_accesses RENAME TO accesses;
ALTER TABLE new_pending_accesses RENAME TO pending_accesses;
ALTER TABLE new_local_accounts RENAME TO local_accounts;
ALTER TABLE new_second_factors RENAME TO second_factors;
ALTER TABLE new_recovery_codes RENAME TO recovery_codes;
ALTER TABLE new_second_factor_failures RENAME TO second_factor_failures;
ALTER TABLE new_directory_people RENAME TO directory_people;

DROP INDEX identities_mail;
ALTER TABLE identities DROP COLUMN display_name;
ALTER TABLE identities DROP COLUMN given_name;
ALTER TABLE identities DROP COLUMN family_name;
ALTER TABLE identities DROP COLUMN mail;
ALTER TABLE identities DROP COLUMN login;

-- The numbers of factors go on.
SELECT setval(pg_get_serial_sequence('second_factors', 'id'), (SELECT COALESCE(MAX(id), 0) + 1 FROM second_factors), FALSE);

CREATE INDEX links_identity ON links (identity);
CREATE INDEX links_directory ON links (directory);
CREATE INDEX links_mail ON links (mail);
-- A person has one open link of a source.
CREATE UNIQUE INDEX links_one_open ON links (identity, source) WHERE disabled = FALSE;
CREATE INDEX affiliations_tenant ON affiliations (tenant, link);
CREATE INDEX sessions_identity ON sessions (identity);
CREATE INDEX sessions_link ON sessions (link);
CREATE INDEX sessions_provider ON sessions (source, provider_session);
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX accesses_link ON accesses (link);
CREATE INDEX pending_accesses_session ON pending_accesses (session);
CREATE INDEX pending_accesses_link ON pending_accesses (link);
CREATE INDEX delegations_giver_link ON delegations (giver_link);
CREATE INDEX delegations_receiver_link ON delegations (receiver_link);
CREATE INDEX second_factors_link ON second_factors (link);
CREATE INDEX directory_people_link ON directory_people (link);
CREATE INDEX directory_people_gone ON directory_people (source, gone_at);
CREATE INDEX directory_people_login ON directory_people (source, lower(login));
CREATE INDEX notices_link ON notices (link);
