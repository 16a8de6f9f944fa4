SELECT identity, source, issuer, subject FROM directory_people
