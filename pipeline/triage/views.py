"""SQL of the views through which triage sees a cube: attempts and failures of one pool, window and base, viewer.

What they are of stands in variables of the connection: pool, projects (null: all), base_utc, from_utc, to_utc,
no_faults. In a question these are constants: row groups of other times are passed over.
"""

HOUR_S = 3600
_MAY_SEE = "(getvariable('projects') IS NULL OR list_contains(getvariable('projects'), coalesce(project, 'unmapped')))"
_PARTS = f"""
        ended_utc >= getvariable('from_utc')            AS is_now,
        greatest(
            ended_utc // {HOUR_S} * {HOUR_S},
            CASE WHEN is_now THEN getvariable('from_utc') ELSE getvariable('base_utc') END
        )                                               AS hour_utc
"""
_BESIDE = """
    LEFT JOIN served USING (attempt_id)
    LEFT JOIN said_version
        ON said_version.of_host = ran.host
        AND ran.ended_utc >= said_version.from_utc
        AND ran.ended_utc < said_version.until_utc
"""

VIEWS = f"""
    CREATE TEMP VIEW own AS
    FROM attempt
    WHERE pool = getvariable('pool') AND venue = 'pool' AND outcome <> 'running' AND {_MAY_SEE};

    -- a lost attempt has no end: it stands at its beginning
    CREATE TEMP VIEW ended AS
    SELECT *, end_utc AS ended_utc
    FROM own
    WHERE end_utc >= getvariable('base_utc') AND end_utc < getvariable('to_utc')
    UNION ALL
    SELECT *, start_utc
    FROM own
    WHERE end_utc IS NULL AND start_utc >= getvariable('base_utc') AND start_utc < getvariable('to_utc');

    CREATE TEMP VIEW ran AS
    SELECT
        attempt_id,
        ended_utc,
        {_PARTS},
        -- as in the model `failure`
        coalesce(machine, nullif(regexp_extract(slot, '@([^@]+)$', 1), '')) AS host,
        coalesce(image, '')                             AS image,
        site,
        glidein_entry                                   AS factory,
        "user",
        batch_name                                      AS batch,
        command,
        project,
        ap,
        1                                               AS n
    FROM ended;

    -- endpoints of input files, and versions of HTCondor on hosts, lie beside
    CREATE TEMP VIEW served AS
    SELECT attempt_id, cache
    FROM served_by
    WHERE ended_utc >= getvariable('base_utc') AND ended_utc < getvariable('to_utc');

    CREATE TEMP VIEW said_version AS
    SELECT host AS of_host, version, from_utc, until_utc FROM host_version WHERE pool = getvariable('pool');

    CREATE TEMP VIEW ran_beside AS FROM ran {_BESIDE};

    CREATE TEMP VIEW failed_beside AS
    SELECT *, {_PARTS}
    FROM failure AS ran {_BESIDE}
    WHERE
        pool = getvariable('pool')
        AND venue = 'pool'
        AND ended_utc >= getvariable('base_utc')
        AND ended_utc < getvariable('to_utc')
        AND NOT list_contains(getvariable('no_faults'), failure)
        AND {_MAY_SEE};
"""
