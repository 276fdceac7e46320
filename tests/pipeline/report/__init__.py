"""Tests of reports: facts, forms and the annex."""
