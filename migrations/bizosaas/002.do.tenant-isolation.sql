-- Seed 004, 1.3.1: "row-level security policies for tenant isolation". Enabling it alone hides every row.
-- migration: expand
--
-- A service says for whom it works at the start of each transaction: SELECT set_config('app.tenant_id', '<uuid>', true).
-- Where it does not, it sees no user and can write none. NULLIF, for a setting that has been set once reads as ''
-- afterwards, not as NULL.
CREATE POLICY tenant_isolation ON users
    USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);

-- Without it the owner of the table passes by the policy.
ALTER TABLE users FORCE ROW LEVEL SECURITY;

-- Services connect as bizosaas_app, which owns nothing and may do no more than this.
GRANT USAGE ON SCHEMA public TO bizosaas_app;
GRANT SELECT, INSERT, UPDATE ON tenants TO bizosaas_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO bizosaas_app;
