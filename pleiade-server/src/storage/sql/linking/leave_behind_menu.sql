DELETE FROM menus WHERE link = $1
