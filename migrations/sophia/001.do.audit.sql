-- Seed 003, Database Migration Stage: the audit schema of `ops/sql/001_audit.sql`. The seed gives its name alone; what is
-- in it are the facts that any audit asks for: who did what, to what, when, for whom, and how it ended.
-- migration: expand

CREATE SCHEMA audit;

CREATE TABLE audit.events (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    tenant VARCHAR(63) NOT NULL,
    service VARCHAR(63) NOT NULL,
    actor VARCHAR(255) NOT NULL,
    action VARCHAR(255) NOT NULL,
    subject VARCHAR(255),
    outcome VARCHAR(16) NOT NULL CHECK (outcome IN ('success', 'failure', 'denied')),
    details JSONB NOT NULL DEFAULT '{}'
);

CREATE INDEX events_by_tenant ON audit.events (tenant, occurred_at);

-- Services connect as neondb_app. They add to the record and read it; nobody but the owner can change or shorten it.
GRANT USAGE ON SCHEMA audit TO neondb_app;
GRANT SELECT, INSERT ON audit.events TO neondb_app;
