-- By which link somebody did something or was concerned, and what the collectivité of the line called them at that moment: a link may
-- belong to another person later, and be called otherwise. Lines written before this have none. No foreign key: a line outlives its link.
ALTER TABLE audit ADD COLUMN actor_link INTEGER;
ALTER TABLE audit ADD COLUMN actor_name TEXT;
ALTER TABLE audit ADD COLUMN about_link INTEGER;
ALTER TABLE audit ADD COLUMN about_name TEXT;
