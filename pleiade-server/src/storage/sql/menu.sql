SELECT applications, fetched_at FROM menus WHERE link = $1
