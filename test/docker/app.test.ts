import { describe, expect, it } from "vitest";
import { createApp } from "../../docker/reference-workload/src/app.ts";
import { openLinks } from "../../docker/reference-workload/src/links.ts";
import { readSettings } from "../../docker/reference-workload/src/settings.ts";

const endpoints = [{ method: "GET", path: "/calls/{id}/transcript" }, { path: "/calls" }];

/** The workload in this process, linked to nothing or to the closed port 1 of the loopback interface. */
async function workload(contract: object, environment: Record<string, string> = {}, draining = false) {
  const all = { REFERENCE_CONTRACT: JSON.stringify({ service: "crm", endpoints, ...contract }), ...environment };
  const result = readSettings({ SERVICE_VERSION: "1.2.3", ...all });
  if (!result.ok) throw new Error(result.issues.join());
  const links = await openLinks(result.settings.contract.links, all);
  return createApp({ settings: result.settings, links, startedAt: new Date(), draining: () => draining });
}

const statuses = async (app: Awaited<ReturnType<typeof workload>>, paths: readonly string[]) =>
  Promise.all(paths.map(async (path) => (await app.request(path)).status));

const usual = ["/health", "/healthz", "/health/ready", "/health/live"];

describe("the reference workload", () => {
  it("answers at the four usual health paths and at those of its contract", async () => {
    const app = await workload({ health: { report: "/api/v1/health" } });
    expect(await statuses(app, [...usual, "/api/v1/health"])).toEqual([200, 200, 200, 200, 200]);
  });

  it("answers its documented endpoints with the parameters it saw, and nothing else", async () => {
    const app = await workload({});
    expect(await (await app.request("/calls/42/transcript")).json()).toEqual({
      service: "crm",
      version: "1.2.3",
      endpoint: "/calls/{id}/transcript",
      params: { id: "42" },
    });
    const unknown = await app.request("/leads");
    expect([unknown.status, await unknown.json()]).toEqual([
      404,
      { error: "not found", service: "crm", path: "/leads" },
    ]);
    expect((await app.request("/calls", { method: "POST" })).status).toBe(404);
  });

  const closed = {
    DATABASE_URL: "postgresql://app:hunter2@127.0.0.1:1/x",
    REDIS_URL: "redis://:hunter2@127.0.0.1:1",
    RABBITMQ_URL: "amqp://app:hunter2@127.0.0.1:1",
    CRM_URL: "http://127.0.0.1:1",
  };
  const link = (name: string, kind: string, variable: string, required = true) => ({ name, kind, variable, required });

  it("is unready but alive while what it needs refuses connections, and says which, without a password", async () => {
    const links = [
      link("database", "postgresql", "DATABASE_URL"),
      link("redis", "redis", "REDIS_URL"),
      link("events", "rabbitmq", "RABBITMQ_URL"),
      link("crm", "http", "CRM_URL"),
    ];
    const app = await workload({ links }, closed);
    expect(await statuses(app, usual)).toEqual([503, 503, 503, 200]);
    const text = await (await app.request("/health")).text();
    expect(JSON.parse(text)).toMatchObject({
      status: "unhealthy",
      dependencies: {
        database: "unreachable: connection refused",
        redis: "unreachable: connection refused",
        events: "unreachable: connection refused",
        // fetch itself refuses port 1.
        crm: expect.stringContaining("unreachable: ") as string,
      },
    });
    expect(text).not.toContain("hunter2");
  });

  it("is degraded and ready while only optional links are down; one without a URL is absent", async () => {
    const links = [link("redis", "redis", "REDIS_URL", false), link("crm", "http", "NOT_SET", false)];
    const app = await workload({ links }, closed);
    expect(await statuses(app, usual)).toEqual([200, 200, 200, 200]);
    expect(await (await app.request("/health")).json()).toMatchObject({
      status: "degraded",
      dependencies: { redis: "unreachable: connection refused", crm: "absent: NOT_SET is not set" },
    });
  });

  it("turns unready at once when it drains, and serves on", async () => {
    const app = await workload({}, {}, true);
    expect(await statuses(app, [...usual, "/calls"])).toEqual([503, 503, 503, 200, 200]);
    expect((await app.request("/calls")).headers.get("connection")).toBe("close");
  });

  it("shows a page that escapes its title and refers to nothing outside", async () => {
    const app = await workload(
      { page: { title: "<b>BizOSaaS" }, links: [link("redis", "redis", "REDIS_URL", false)] },
      closed,
    );
    const answer = await app.request("/");
    const page = await answer.text();
    expect(answer.headers.get("content-type")).toContain("text/html");
    expect(page).toContain("&lt;b&gt;BizOSaaS");
    expect(page).toContain("unreachable: connection refused");
    expect(page).not.toMatch(/https?:|src=|href=/);
  });

  it("shows injected errors on endpoints at their rate, and none on its health paths", async () => {
    const app = await workload({}, { REFERENCE_FAULT: '{"kind":"errors","rate":0.5,"status":502}' });
    const four = [
      await app.request("/calls"),
      await app.request("/calls"),
      await app.request("/calls"),
      await app.request("/calls"),
    ];
    expect(four.map((answer) => answer.status).filter((status) => status === 502)).toHaveLength(2);
    expect(await statuses(app, usual)).toEqual([200, 200, 200, 200]);
  });

  it("fails readiness by fault while it stays alive", async () => {
    const app = await workload({}, { REFERENCE_FAULT: '{"kind":"unready"}' });
    expect(await statuses(app, ["/health/ready", "/health/live"])).toEqual([503, 200]);
  });
});
