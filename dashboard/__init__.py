"""The way out, for people: pages on Dash and an API, on one FastAPI server. They reach numbers through the cube alone."""
