"""Tests of rights, tokens and the viewer that follows."""
