DELETE FROM upgrade_steps WHERE step = $1
