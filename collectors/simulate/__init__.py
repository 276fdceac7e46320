"""A made-up pool, written as real history and epoch files: for the demo, for scale tests, for measurements."""
