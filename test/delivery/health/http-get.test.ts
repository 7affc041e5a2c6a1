import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { BODY_LIMIT, httpGet } from "../../../delivery/cluster-client/http-get.ts";

const closers: (() => void)[] = [];

/** A server on the loopback interface for one test; its address is returned. */
async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe("one GET", () => {
  it("brings status, media type and body, whatever the status", async () => {
    const url = await serving((_request, response) => {
      response.writeHead(503, { "content-type": "Application/JSON; charset=utf-8" }).end('{"status":"unhealthy"}');
    });
    expect(await httpGet(url, { timeoutMs: 1_000 })).toMatchObject({
      status: 503,
      contentType: "application/json",
      body: '{"status":"unhealthy"}',
    });
  });

  it("follows no redirect", async () => {
    const url = await serving((_request, response) => response.writeHead(302, { location: "/login" }).end());
    expect(await httpGet(url, { timeoutMs: 1_000 })).toMatchObject({ status: 302, location: "/login" });
  });

  it("gives up when the whole answer does not come in time", async () => {
    const url = await serving((_request, response) => response.writeHead(200).write("the beginning"));
    await expect(httpGet(url, { timeoutMs: 50 })).rejects.toThrow("no answer within 0.05 s");
  });

  it("says in words that nobody listens", async () => {
    const url = await serving(() => undefined);
    closers.pop()?.();
    await expect(httpGet(url, { timeoutMs: 1_000 })).rejects.toThrow(/^connection refused$/);
  });

  it("stops when it is told to", async () => {
    const url = await serving(() => undefined);
    const get = httpGet(url, { timeoutMs: 1_000, signal: AbortSignal.timeout(20) });
    await expect(get).rejects.toThrow("cancelled");
  });

  it("does not wait for an endless body", async () => {
    const url = await serving((_request, response) => {
      response.writeHead(200);
      const more = (): void => void response.write("x".repeat(64 * 1024), () => setImmediate(more));
      more();
    });
    expect((await httpGet(url, { timeoutMs: 2_000 })).body).toHaveLength(BODY_LIMIT);
  });
});
