"""The way out, for people: pages on Dash and an API, on one FastAPI server. Numbers come from the cube."""
