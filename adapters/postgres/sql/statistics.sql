-- name: outdated
-- tables of which the planner knows what they were like long ago
SELECT relname AS name FROM pg_stat_user_tables
WHERE schemaname = current_schema() AND n_mod_since_analyze > 500 AND n_mod_since_analyze > n_live_tup / 5
ORDER BY n_mod_since_analyze DESC LIMIT 1;
