"""Receipts: how a job's hours came about, from its records to the charges on its days.

In: the name of a job, the published cube and the lake. Out: a `Receipt`, as a table for people or JSON for programs.
"""
