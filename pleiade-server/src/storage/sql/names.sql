SELECT display_name, given_name, family_name, mail, login FROM identities WHERE id = $1
