"""Advice for submit files: what was asked for against what was used, what a change would have saved, and its risk.

`questions` asks the cube for runs, `sizes` and `habits` are the rules, `advise` applies them to each user's workflows
and tests them on days that they were not made from.
"""
