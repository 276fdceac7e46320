"""Where hours went that brought nothing: by workflow, by what was asked for, by eviction, by waiting. Asks the cube."""
