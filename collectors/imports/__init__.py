"""Usage records of other accounting systems: files in, rows of the lake's table `usage_record` out."""
