SELECT cursor, mapping, applied_at, read_at, full_at FROM directory_sources WHERE source = $1
