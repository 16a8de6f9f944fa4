SELECT tenant, identity, connector FROM accesses ORDER BY identity, tenant, connector
