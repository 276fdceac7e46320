"""The morning sheet: campaigns, DAGs and batches by day; jobs of the cube in, one row a campaign and day out."""
