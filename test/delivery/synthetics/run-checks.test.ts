import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpSend } from "../../../delivery/cluster-client/http-get.ts";
import { runChecks, type CheckPorts } from "../../../delivery/synthetics/run-checks.ts";
import { defineService } from "../../../model/declaration/service.ts";
import type { SyntheticCheck, SyntheticRequest } from "../../../model/declaration/synthetic-check.ts";

const crm = defineService({ name: "crm", seeds: [], language: "node", port: 8000 });
let server: Server;
let ports: CheckPorts;
const seen: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      seen.push(`${request.method ?? ""} ${request.url ?? ""} ${body}`);
      if (request.url === "/never") return;
      if (request.url === "/failing") response.statusCode = 500;
      if (request.url === "/page") response.setHeader("content-type", "text/html").end("<!doctype html><html></html>");
      else if (request.url === "/health") {
        response.end(JSON.stringify({ status: "healthy", dependencies: { redis: "connected", mail: "timeout" } }));
      } else response.setHeader("content-type", "application/json").end('{"created":"task"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  ports = {
    entranceOf: ({ service }) =>
      service.name === "crm"
        ? {
            send: ({ path, headers, ...request }, options) =>
              httpSend(`http://127.0.0.1:${port}${path}`, {
                ...request,
                ...options,
                request: { headers: { ...headers } },
              }),
            links: ["redis", "mail"],
            remark: "",
          }
        : new Error("the stack does not deploy it"),
    now: () => performance.now(),
  };
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const check = (name: string, ...requests: readonly Omit<SyntheticRequest, "service">[]): SyntheticCheck => ({
  name,
  purpose: "",
  requests: requests.map((request) => ({ service: crm, ...request })),
});
const run = (...checks: readonly SyntheticCheck[]) => runChecks(checks, ports, new AbortController().signal);
const OK = { status: [200] } as const;

describe("a synthetic check", () => {
  it("passes when every answer is as expected, and sends JSON", async () => {
    const body = { subject: "s" };
    const task = check("task", { method: "POST", path: "/tasks/create", body, expect: { ...OK, answer: "json" } });
    expect(await run(task)).toMatchObject([{ name: "task", passed: true, detail: "HTTP 200" }]);
    expect(seen).toContain('POST /tasks/create {"subject":"s"}');
  });

  it.each([
    ["a status that is not expected", "/failing", OK, 'HTTP 500 instead of 200: {"created":"task"}'],
    ["a page where JSON is expected", "/page", { ...OK, answer: "json" }, "the answer is no JSON object: <!doctype"],
    ["JSON where a page is expected", "/task", { ...OK, answer: "page" }, "not an HTML page but application/json"],
    ["a link that is down", "/health", { ...OK, answer: "healthy" }, "mail: timeout"],
    ["a link that it asks for", "/health", { ...OK, connected: ["redis", "mail"] }, "not connected to mail"],
  ] as const)("fails by %s", async (_name, path, expectation, detail) => {
    const [result] = await run(check("one", { path, expect: expectation }));
    expect(result?.passed).toBe(false);
    expect(result?.detail).toContain(`GET ${path} at crm: ${detail}`);
  });

  it("passes by the links that it asks for alone", async () => {
    expect(await run(check("one", { path: "/health", expect: { ...OK, connected: ["redis"] } }))).toMatchObject([
      { passed: true },
    ]);
  });

  it("ends at the first answer that is not as expected", async () => {
    seen.length = 0;
    const [result] = await run(check("two", { path: "/failing", expect: OK }, { path: "/task", expect: OK }));
    expect(result?.passed).toBe(false);
    expect(seen).toEqual(["GET /failing "]);
  });

  it("has failed when its time is over, and holds up no other", async () => {
    const slow = { ...check("slow", { path: "/never", expect: OK }), timeoutSeconds: 0.2 };
    const started = performance.now();
    const [never, task] = await run(slow, check("task", { path: "/task", expect: OK }));
    expect(never).toMatchObject({ passed: false, detail: "GET /never at crm: no answer within 0.2 s" });
    expect(task?.passed).toBe(true);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("has failed when the stack does not have its service", async () => {
    const other = defineService({ name: "other", seeds: [], language: "node", port: 1 });
    const lost = { ...check("lost"), requests: [{ service: other, path: "/", expect: OK }] };
    expect(await run(lost)).toMatchObject([{ passed: false, detail: "GET / at other: the stack does not deploy it" }]);
  });
});
