"""The fast reader: history and epoch text in large pieces -> typed Arrow columns, without a Python object per value.

It reads what it is sure of and hands every other record to the careful reader, so that both make the same of a file:
docs/decisions/2026-11-21-fast-reader.md.
"""
