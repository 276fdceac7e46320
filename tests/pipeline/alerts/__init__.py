"""Tests of alerts, with real servers on loopback."""
