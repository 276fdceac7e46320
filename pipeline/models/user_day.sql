-- user_day: one row per (pool, day, user as the records name it): the person or service behind that account that day.
-- Reads: usage_user_day, lake_metadata, institution.
-- An account is its name with its domain; a statement about `*@domain` holds for those of that domain that have none of
-- their own. Of several counts one for that pool alone, one of a file, the one that began last.
-- Without a statement an account is its own person, and its institution is `unmapped`.
WITH
named AS (
    SELECT
        *,
        (day - DATE '1970-01-01')::BIGINT               AS day_index,
        concat('*@', split_part("user", '@', 2))        AS of_domain
    FROM (SELECT DISTINCT pool, day, "user" FROM usage_user_day)
),
account AS (
    SELECT
        named.pool,
        named.day,
        named."user",
        stated.person,
        stated.is_service,
        stated.institution_id,
        stated.record_id
    FROM named
    INNER JOIN lake_metadata AS stated
        ON stated.kind = 'user'
        AND stated.name IN (named."user", named.of_domain)
        AND named.day_index BETWEEN coalesce(stated.valid_from, named.day_index)
            AND coalesce(stated.valid_to, named.day_index)
        AND coalesce(stated.pool, named.pool) = named.pool
    QUALIFY row_number() OVER (
        PARTITION BY named.pool, named.day, named."user"
        ORDER BY
            stated.name <> named."user",
            stated.pool IS NULL,
            (stated.basis = 'file') DESC,
            stated.valid_from DESC NULLS LAST,
            stated.source,
            stated.record_id
    ) = 1
)
SELECT
    named.pool,
    named.day,
    named."user",
    coalesce(account.person, named."user")              AS identity,
    account.record_id IS NOT NULL                       AS is_registered,
    CASE
        WHEN account.is_service THEN 'service'
        WHEN account.record_id IS NULL THEN 'unmapped'
        ELSE 'person'
    END                                                 AS account_kind,
    coalesce(institution.title, 'unmapped')             AS home
FROM named
LEFT JOIN account USING (pool, day, "user")
LEFT JOIN institution ON institution.written_id = account.institution_id
