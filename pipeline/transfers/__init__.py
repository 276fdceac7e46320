"""Files that URL plugins moved: how many, how large, how fast, what failed, and what caches saved. Asks the cube."""
