"""Polling: every poll in a process of its own that can be killed, one round of them or a service without an end."""
