-- Run after every migration, as the roles may come later. Changes nothing, and takes no lock, once it is done.
-- Without the roles of Supabase nothing is closed off: whoever reads market.ohlcv today goes on reading it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticated') OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'service_role') THEN
        RAISE NOTICE 'row-level security of market.ohlcv left off: there is no role authenticated or no role service_role';
        RETURN;
    END IF;

    IF NOT EXISTS (SELECT FROM pg_policies WHERE schemaname = 'market' AND tablename = 'ohlcv' AND policyname = 'ohlcv_read') THEN
        CREATE POLICY ohlcv_read ON market.ohlcv FOR SELECT TO authenticated USING (true);
        GRANT USAGE ON SCHEMA market TO authenticated;
        GRANT SELECT ON market.ohlcv TO authenticated;
    END IF;

    IF NOT EXISTS (SELECT FROM pg_policies WHERE schemaname = 'market' AND tablename = 'ohlcv' AND policyname = 'ohlcv_write') THEN
        CREATE POLICY ohlcv_write ON market.ohlcv FOR ALL TO service_role USING (true) WITH CHECK (true);
        GRANT USAGE ON SCHEMA market TO service_role;
        GRANT SELECT, INSERT, UPDATE, DELETE ON market.ohlcv, market.instruments, market.series_state TO service_role;
        GRANT SELECT ON market.schema_migrations TO service_role;
    END IF;

    IF NOT (SELECT relrowsecurity FROM pg_class WHERE oid = 'market.ohlcv'::regclass) THEN
        ALTER TABLE market.ohlcv ENABLE ROW LEVEL SECURITY;
    END IF;

    -- A database of the first step alone has none of what follows.
    IF to_regclass('market.ohlcv_revision') IS NULL THEN
        RETURN;
    END IF;

    -- Asked apart from the policies, which databases of before have.
    IF NOT has_table_privilege('service_role', 'market.seal_search', 'UPDATE') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON market.ohlcv_revision, market.sealed_partition, market.seal_search TO service_role;
    END IF;

    IF NOT EXISTS (SELECT FROM pg_policies WHERE schemaname = 'market' AND tablename = 'ohlcv_revision') THEN
        CREATE POLICY ohlcv_revision_read ON market.ohlcv_revision FOR SELECT TO authenticated USING (true);
        GRANT SELECT ON market.ohlcv_revision TO authenticated;
        CREATE POLICY ohlcv_revision_write ON market.ohlcv_revision FOR ALL TO service_role USING (true) WITH CHECK (true);
        ALTER TABLE market.ohlcv_revision ENABLE ROW LEVEL SECURITY;
    END IF;

    IF to_regclass('market.source_budget') IS NOT NULL AND NOT has_table_privilege('service_role', 'market.source_budget', 'UPDATE') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON market.source_budget TO service_role;
    END IF;

    IF to_regclass('market.job_run') IS NOT NULL AND NOT has_table_privilege('service_role', 'market.job_run', 'INSERT') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON market.job_run TO service_role;
    END IF;

    IF to_regclass('app.marketplace_vendors') IS NULL THEN
        RETURN;
    END IF;

    -- Who asks is named by the token's subject, as auth.uid() of Supabase reads it. A user sees the own row of app.users, and by it the rows of the own owner.
    IF NOT EXISTS (SELECT FROM pg_policies WHERE schemaname = 'app' AND tablename = 'users' AND policyname = 'users_read') THEN
        CREATE POLICY users_read ON app.users FOR SELECT TO authenticated
            USING (user_id::text = nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub');
        CREATE POLICY users_write ON app.users FOR ALL TO service_role USING (true) WITH CHECK (true);
        CREATE POLICY signals_latest_read ON ml.signals_latest FOR SELECT TO authenticated USING (owner IN (SELECT u.owner FROM app.users u));
        CREATE POLICY signals_latest_write ON ml.signals_latest FOR ALL TO service_role USING (true) WITH CHECK (true);
        CREATE POLICY consensus_latest_read ON ml.consensus_latest FOR SELECT TO authenticated USING (owner IN (SELECT u.owner FROM app.users u));
        CREATE POLICY consensus_latest_write ON ml.consensus_latest FOR ALL TO service_role USING (true) WITH CHECK (true);
        GRANT USAGE ON SCHEMA app, ml TO authenticated, service_role;
        GRANT SELECT ON app.users, ml.signals_latest, ml.consensus_latest TO authenticated;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA app, ml TO service_role;
        ALTER TABLE app.users ENABLE ROW LEVEL SECURITY;
        ALTER TABLE ml.signals_latest ENABLE ROW LEVEL SECURITY;
        ALTER TABLE ml.consensus_latest ENABLE ROW LEVEL SECURITY;
    END IF;
END
$$;
