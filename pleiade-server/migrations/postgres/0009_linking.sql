-- Links seen as a whole. relies_on: the directory by which a link was made. rule: by which rule it was made, null for the first of a
-- person.
ALTER TABLE links ADD COLUMN relies_on TEXT;
ALTER TABLE links ADD COLUMN rule TEXT;

-- How surely the source recognised the person, in its own words.
ALTER TABLE sessions ADD COLUMN acr TEXT;

ALTER TABLE affiliations ADD COLUMN department TEXT;
ALTER TABLE affiliations ADD COLUMN telephone TEXT;

-- Roles that rules gave were frozen here. They are judged from groups now; what stays is what was written with an account.
UPDATE affiliations SET roles = '[]' WHERE source NOT IN (SELECT source FROM local_accounts);

CREATE INDEX directory_people_login ON directory_people (source, lower(login));
CREATE INDEX identities_mail ON identities (mail);
