//! The SQL that statements about figures have in common.
//!
//! D1 accepts at most five terms in a compound SELECT, hence the list of kinds instead of a SELECT for each.

/// The kinds of `hourly` and `daily`, as a list of SQL.
macro_rules! kinds {
    () => {
        "('total', 'rule', 'backend', 'time', 'menu', 'scene')"
    };
}

/// Counts the entries of the account ?1 in the hours ?2 to ?3: `counted(unit, kind, key, outcome, n, last_at)`, whose
/// unit is the hour. ?4 is a JSON array of the names of the menu's events.
///
/// Each entry is read once, from the covering index. The last expression of `entries` is the bucket of the response time
/// (see `response_times`): an answer that was kept took no time.
macro_rules! counted_entries {
    () => {
        "WITH entries AS MATERIALIZED ( \
           SELECT create_time / 3600 AS hour, event, event_key, menu_id, outcome, rule, backend, \
             IIF(backend IS NULL OR kept IS NOT NULL, NULL, (decided_ms >= 250) + (decided_ms >= 500) \
               + (decided_ms >= 1000) + (decided_ms >= 1500) + (decided_ms >= 2000) + (decided_ms >= 3000) \
               + (decided_ms >= 4500) + (decided_ms >= 10000) + (decided_ms >= 30000)) AS bucket, \
             COUNT(*) AS n, MAX(create_time) AS last_at \
           FROM inbox INDEXED BY inbox_by_time \
           WHERE account = ?1 AND create_time >= ?2 * 3600 AND create_time < (?3 + 1) * 3600 \
           GROUP BY 1, 2, 3, 4, 5, 6, 7, 8), \
         keyed AS ( \
           SELECT hour, kind.value AS kind, SUBSTR(CASE kind.value \
               WHEN 'total' THEN COALESCE(event, '') \
               WHEN 'rule' THEN rule \
               WHEN 'backend' THEN backend \
               WHEN 'time' THEN backend || ' ' || bucket \
               WHEN 'menu' THEN CASE WHEN event IN (SELECT value FROM JSON_EACH(?4)) \
                 THEN event || ' ' || COALESCE(menu_id, '') || ' ' || COALESCE(event_key, '') END \
               ELSE CASE \
                 WHEN event = 'scan' THEN 'scan ' || event_key \
                 WHEN event = 'subscribe' AND SUBSTR(event_key, 1, 8) = 'qrscene_' \
                   THEN 'subscribe ' || SUBSTR(event_key, 9) END \
             END, 1, 1200) AS key, \
             IIF(kind.value = 'time', '', outcome) AS outcome, n, last_at \
           FROM entries, JSON_EACH('[\"total\", \"rule\", \"backend\", \"time\", \"menu\", \"scene\"]') AS kind), \
         counted(unit, kind, key, outcome, n, last_at) AS ( \
           SELECT hour, kind, key, outcome, n, last_at FROM keyed WHERE key IS NOT NULL)"
    };
}

/// Sums the rows of `counted`, and keeps the 200 most frequent keys of each unit and kind: `capped`, with the same
/// columns. The others are summed as the key `other`.
macro_rules! capped {
    () => {
        ", summed AS MATERIALIZED ( \
           SELECT unit, kind, key, outcome, SUM(n) AS n, MAX(last_at) AS last_at FROM counted GROUP BY 1, 2, 3, 4), \
         ranked AS MATERIALIZED ( \
           SELECT unit, kind, key, ROW_NUMBER() OVER (PARTITION BY unit, kind \
             ORDER BY kind = 'total' AND key IN ('', 'subscribe', 'unsubscribe') DESC, SUM(n) DESC, key) AS place \
           FROM summed GROUP BY 1, 2, 3), \
         capped AS ( \
           SELECT unit, kind, IIF(place <= 200, key, 'other') AS key, outcome, SUM(n) AS n, MAX(last_at) AS last_at \
           FROM summed JOIN ranked USING (unit, kind, key) GROUP BY 1, 2, 3, 4) "
    };
}

/// The figures of the account ?1 for the days ?2 to ?3: `daily` up to the day ?5, then `hourly` up to the hour ?4.
macro_rules! figures_of_days {
    ($kinds:expr) => {
        concat!(
            "SELECT day, kind, key, outcome, n, last_at FROM daily \
             WHERE account = ?1 AND kind IN ",
            $kinds,
            " AND day BETWEEN ?2 AND MIN(?3, ?5) \
             UNION ALL \
             SELECT (hour + 8) / 24, kind, key, outcome, n, last_at FROM hourly \
             WHERE account = ?1 AND kind IN ",
            $kinds,
            " AND hour BETWEEN MAX(?2, ?5 + 1) * 24 - 8 AND MIN(?3 * 24 + 15, ?4)"
        )
    };
}

pub(super) use {capped, counted_entries, figures_of_days, kinds};
