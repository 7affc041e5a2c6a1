import { definePostgresql } from "../../model/declaration/datastore.ts";

/** Seed 003, Database Migration Stage: Neon PostgreSQL (database `neondb`); a server in the cluster where there is no Neon. */
export const neon = definePostgresql({
  name: "neon",
  seeds: ["003"],
  version: "17",
  database: "neondb",
  extensions: [],
  maxConnections: 100,
  storage: "1Gi",
});
