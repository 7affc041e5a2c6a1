import { describe, expect, it } from "vitest";
import { readSettings } from "../../docker/reference-workload/src/settings.ts";

const contract = {
  service: "bizosaas-identity",
  required: ["DATABASE_URL", "JWT_SECRET"],
  links: [
    { name: "database", kind: "postgresql", variable: "DATABASE_URL", required: true },
    { name: "redis", kind: "redis", variable: "REDIS_URL", required: true },
    { name: "crm", kind: "http", variable: "CRM_URL", required: false },
  ],
};
const complete = {
  REFERENCE_CONTRACT: JSON.stringify(contract),
  DATABASE_URL: "postgresql://app:hunter2@db:5432/bizosaas",
  JWT_SECRET: "secret",
  REDIS_URL: "redis://:hunter2@redis:6379",
};
const issuesOf = (environment: Record<string, string>) => {
  const result = readSettings(environment);
  return result.ok ? [] : result.issues;
};

describe("the settings of the reference workload", () => {
  it("listen on every address at uvicorn's port unless told otherwise", () => {
    expect(readSettings(complete)).toMatchObject({
      ok: true,
      settings: { port: 8000, host: "0.0.0.0", version: "0.0.0", graceSeconds: 5, fault: { kind: "none" } },
    });
    expect(readSettings({ ...complete, PORT: "8001", SHUTDOWN_GRACE_SECONDS: "0" })).toMatchObject({
      settings: { port: 8001, graceSeconds: 0 },
    });
  });

  it("name every missing variable at once, those of required links too, an empty one as missing", () => {
    expect(issuesOf({ REFERENCE_CONTRACT: complete.REFERENCE_CONTRACT, JWT_SECRET: "" })).toEqual([
      "missing environment variables: DATABASE_URL, JWT_SECRET, REDIS_URL",
    ]);
  });

  it("never quote a value, however wrong it is", () => {
    const issues = issuesOf({ ...complete, DATABASE_URL: "hunter2", REDIS_URL: "http://hunter2" });
    expect(issues).toEqual([
      "DATABASE_URL is not a URL that starts with postgresql:// or postgres://",
      "REDIS_URL is not a URL that starts with redis:// or rediss://",
    ]);
    expect(issuesOf({ REFERENCE_CONTRACT: '{"service": hunter2' })).toEqual(["REFERENCE_CONTRACT: is not valid JSON"]);
  });

  it("say where in the contract an issue is", () => {
    expect(issuesOf({ REFERENCE_CONTRACT: '{"service":"a","endpoints":[{"path":"calls"}]}' })).toEqual([
      "REFERENCE_CONTRACT at endpoints.0.path: must be a path that starts with / and has no query",
    ]);
    expect(issuesOf({})).toEqual(["REFERENCE_CONTRACT: is missing"]);
  });

  it("refuse a port that is none", () => {
    expect(issuesOf({ ...complete, PORT: "80a" })).toEqual(["PORT: must be a whole number"]);
    expect(issuesOf({ ...complete, PORT: "70000" })).toEqual(["PORT: must be at most 65535"]);
  });
});
