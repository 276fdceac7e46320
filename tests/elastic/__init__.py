"""A real Elasticsearch node on loopback, for what reads from one and writes to one."""
