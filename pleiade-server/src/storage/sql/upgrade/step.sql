SELECT step FROM upgrade_steps WHERE step = $1
