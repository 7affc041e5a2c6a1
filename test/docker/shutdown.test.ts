import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { stopServing } from "../../docker/reference-workload/src/shutdown.ts";

async function listening(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((_request, response) => response.end("served"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
const never = new AbortController().signal;

describe("stopping", () => {
  it("serves on during the grace, then closes the server before what lies behind it", async () => {
    const { server, url } = await listening();
    const order: string[] = [];
    server.on("close", () => order.push("server"));
    const closeRest = () => Promise.resolve(void order.push("links"));
    const stopped = stopServing(server, closeRest, 0.1, never);
    expect(await (await fetch(url)).text()).toBe("served");
    expect(await stopped).toBe(true);
    expect(order).toEqual(["server", "links"]);
    await expect(fetch(url)).rejects.toThrow();
  });

  it("ends the grace at a second signal", async () => {
    const { server } = await listening();
    expect(await stopServing(server, () => Promise.resolve(), 3_600, AbortSignal.timeout(10))).toBe(true);
  });

  it("reports that something behind it did not close", async () => {
    const { server } = await listening();
    expect(await stopServing(server, () => Promise.reject(new Error("stuck")), 0, never)).toBe(false);
  });
});
