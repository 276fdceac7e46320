"""Tests of who is let in, and as whom."""
