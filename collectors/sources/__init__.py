"""Ways in that are polled: one file per kind of source."""
