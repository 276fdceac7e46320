"""Lists of single jobs and attempts: filtered, sorted and paged by the cube, for pages and commands."""
