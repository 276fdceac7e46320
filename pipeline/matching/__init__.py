"""Why idle jobs are not running: what they demand, condition by condition, against the slots that there are.

`questions` asks the cube, `evaluation` evaluates ClassAds in a process of its own (`worker`), `why_idle` puts together.
"""
