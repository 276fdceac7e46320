"""Rules that say which findings of triage somebody is told at once: by mail or by a webhook."""
