"""Tests of messages, with a real SMTP server on loopback."""
