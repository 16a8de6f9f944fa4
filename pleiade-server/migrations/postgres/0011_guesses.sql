-- Wrong passwords of a person that have reached a directory, in two counts: from addresses at which the person has signed in, and from all
-- others. person: the stable key in that directory.
CREATE TABLE guesses (
    source TEXT NOT NULL,
    person TEXT NOT NULL,
    known BOOLEAN NOT NULL,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (source, person, known)
);
CREATE INDEX guesses_last ON guesses (last_at);

-- Addresses at which a person has signed in, as keyed digests.
CREATE TABLE known_places (
    source TEXT NOT NULL,
    person TEXT NOT NULL,
    place BYTEA NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (source, person, place)
);
CREATE INDEX known_places_last ON known_places (last_at);
