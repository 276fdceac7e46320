"""Rules that must hold before a cube is published: each SQL file returns the rows that break it. Empty = holds."""
