-- Every project, site and account of every day stands for exactly one registered name, so that mapping keeps sums.
WITH
mapped AS (
    SELECT
        'project'                                       AS what,
        count(project_day.pool) AS found
    FROM (SELECT DISTINCT pool, day, project FROM usage_project_day) AS used
    LEFT JOIN project_day
        ON project_day.pool = used.pool
        AND project_day.day = used.day
        AND project_day.project = used.project
    GROUP BY used.pool, used.day, used.project
    UNION ALL
    SELECT
        'site'                                          AS what,
        count(site_day.pool) AS found
    FROM (SELECT DISTINCT pool, day, site, resource FROM usage_site_day) AS used
    LEFT JOIN site_day
        ON site_day.pool = used.pool
        AND site_day.day = used.day
        AND site_day.site = used.site
        AND site_day.resource = used.resource
    GROUP BY used.pool, used.day, used.site, used.resource
    UNION ALL
    SELECT
        'user'                                          AS what,
        count(user_day.pool) AS found
    FROM (SELECT DISTINCT pool, day, "user" FROM usage_user_day) AS used
    LEFT JOIN user_day
        ON user_day.pool = used.pool
        AND user_day.day = used.day
        AND user_day."user" = used."user"
    GROUP BY used.pool, used.day, used."user"
)
SELECT what, found, count(*) AS names
FROM mapped
WHERE found <> 1
GROUP BY ALL
