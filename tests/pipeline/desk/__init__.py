"""Tests of what people say of findings."""
