"""A real HTCondor pool for tests: daemons of a Debian suite in namespaces of their own, on loopback addresses.

Goes in: a folder for its state, and what nodes it has. Comes out: `Pool`, whose access points take jobs and whose
record files can be read. See `pool.py` for the whole, `fixtures.py` for how a test gets one.
"""
