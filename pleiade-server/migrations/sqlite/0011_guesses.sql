-- Wrong passwords of a person that have reached a directory, in two counts: from addresses at which the person has signed in, and from all
-- others. person: the stable key in that directory.
CREATE TABLE guesses (
    source TEXT NOT NULL,
    person TEXT NOT NULL,
    known INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (source, person, known)
) STRICT;
CREATE INDEX guesses_last ON guesses (last_at);

-- Addresses at which a person has signed in, as keyed digests.
CREATE TABLE known_places (
    source TEXT NOT NULL,
    person TEXT NOT NULL,
    place BLOB NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (source, person, place)
) STRICT;
CREATE INDEX known_places_last ON known_places (last_at);
