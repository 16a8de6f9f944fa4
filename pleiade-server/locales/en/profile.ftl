# My profile.
profile = My profile
profile-section-me = Who I am
profile-section-security = Sign-in and security
profile-section-accesses = My accesses
profile-section-delegations = Delegations
profile-section-data = My data
