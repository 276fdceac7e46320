"""Usage for other accounting systems, as files in their own formats: each record once, unless it has changed."""
