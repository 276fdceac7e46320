"""Tests of what needs no Elasticsearch; those that need one are in tests/elastic."""
