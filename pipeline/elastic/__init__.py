"""Elasticsearch, the way out: usage by day, of which its readers see all or nothing, and jobs, each of them once."""
