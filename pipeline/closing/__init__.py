"""Closed months: copied whole to a place that nothing touches, asked again for ever, compared with what is known now.

`<lake>/closed/2026-10/v1` holds one version of a month: the cube's tables as Parquet, and `manifest.json`, which names
each file with its hash. `<lake>/closed/journal.jsonl` holds every act. In: the published cube. Out: answers as `Cube`
gives them, and what changed since.
"""
