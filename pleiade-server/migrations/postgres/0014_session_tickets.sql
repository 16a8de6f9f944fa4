-- The proxy-granting ticket that a session got from another source than the one that opened it: that source, the ticket by which its server
-- may end it (hashed), and what buys proxy tickets (sealed for collectivité and link). It ends with the session: it is of its row.
ALTER TABLE sessions ADD COLUMN ticket_source TEXT;
ALTER TABLE sessions ADD COLUMN ticket_session TEXT;
ALTER TABLE sessions ADD COLUMN ticket BYTEA;
CREATE INDEX sessions_by_ticket ON sessions (ticket_source, ticket_session);
