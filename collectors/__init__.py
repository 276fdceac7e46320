"""The way in: a source becomes lake rows, exactly once. Imports the pipeline; knows nothing of the dashboard."""
