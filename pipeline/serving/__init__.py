"""How questions are answered fast: the smallest table that has the answer, and answers that are kept.

In: a question and the tables that a cube has. Out: the tables to ask. No page knows of it.
"""
