SELECT DISTINCT source, source_print FROM sessions
