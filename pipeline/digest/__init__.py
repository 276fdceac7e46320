"""Digests: what was used and wasted, weekly to users and PIs, daily to operators."""
