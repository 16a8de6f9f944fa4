-- The employee number that a source tells of somebody, of the collectivité of the affiliation: the key of connectors whose application knows
-- people by it.
ALTER TABLE affiliations ADD COLUMN employee_number TEXT;
CREATE INDEX affiliations_by_employee_number ON affiliations (tenant, lower(employee_number)) WHERE employee_number IS NOT NULL;
