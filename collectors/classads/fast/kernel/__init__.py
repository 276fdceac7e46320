"""The functions that Numba compiles, and how: imported only by the process that makes the machine code.

Whoever reads files takes that code from the store, without Numba: `collectors/classads/fast/store.py`.
"""
