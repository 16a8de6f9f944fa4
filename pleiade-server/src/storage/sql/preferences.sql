SELECT locale, theme, last_acting FROM preferences WHERE identity = $1
