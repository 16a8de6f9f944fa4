CREATE TABLE pleiade_write_probe (value INTEGER)
