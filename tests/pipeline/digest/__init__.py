"""Tests of digests, with a real SMTP server on loopback."""
