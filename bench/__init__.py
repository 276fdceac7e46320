"""Measurements: each figure as a ratio beside what one would use instead, in CPU time, interleaved."""
