SELECT applications, fetched_at FROM menus WHERE identity = $1
