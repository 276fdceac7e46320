"""Input files of campaigns: what the day's jobs named, and what of it is known to have arrived. Parts of the sheet.

A job whose program ran had all of its input files: HTCondor starts none before. Of other jobs the records of transfer
plugins tell, file by file; what HTCondor moves itself, and plugins that say nothing, leave unknown. A file that several
jobs name counts for each of them.
"""

COLUMNS = ("files", "files_arrived", "files_failed", "files_unknown")


def of_files(place: str) -> str:
    """SQL: CTEs after `named`, of which the last is `file`: COLUMNS by `place` and day, for jobs that name files."""
    return f"""
        wanted_file AS (
            SELECT {place}, day, job_id,
                outcome IN ('succeeded', 'failed', 'signal') AS has_run,
                len(list_filter(string_split(input_files, ','), lambda name: trim(name) <> '')) AS files
            FROM named
            WHERE input_files IS NOT NULL
        ),
        moved_file AS (
            SELECT job_id,
                count(*) FILTER (WHERE has_arrived) AS arrived,
                count(*) FILTER (WHERE NOT has_arrived) AS failed
            FROM (
                SELECT attempt.job_id, file_moved.url, bool_or(file_moved.result = 'done') AS has_arrived
                FROM file_moved
                INNER JOIN attempt USING (attempt_id)
                WHERE file_moved.purpose = 'input' AND file_moved.url IS NOT NULL
                    AND file_moved.result IN ('done', 'failed')
                    AND attempt.job_id IN (SELECT job_id FROM wanted_file WHERE NOT has_run)
                GROUP BY ALL
            )
            GROUP BY job_id
        ),
        told_file AS (
            SELECT {place}, day, files,
                CASE WHEN has_run THEN files ELSE least(files, coalesce(moved_file.arrived, 0)) END AS files_in,
                CASE WHEN has_run THEN 0 ELSE least(files - files_in, coalesce(moved_file.failed, 0)) END AS files_lost
            FROM wanted_file
            LEFT JOIN moved_file USING (job_id)
        ),
        file AS (
            SELECT {place}, day,
                sum(files)::BIGINT AS files,
                sum(files_in)::BIGINT AS files_arrived,
                sum(files_lost)::BIGINT AS files_failed,
                sum(files - files_in - files_lost)::BIGINT AS files_unknown
            FROM told_file
            GROUP BY {place}, day
        )"""
