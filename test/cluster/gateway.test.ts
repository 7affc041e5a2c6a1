import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import type { UpResult } from "../../delivery/cli/commands/up.ts";
import { renderStack } from "../../model/render/stack.ts";
import { clusterLayout, clusterPaths } from "../../toolchain/cluster/layout.ts";
import { resolveOwn } from "../model/stack-fixtures.ts";
import { Clone } from "./clone.ts";

const NODE_PORT = 30080;
const GATEWAY = {
  implementation: { kind: "gatewayApi", className: "traefik" },
  controllerNamespace: "gateway",
  port: 8000,
  nodePort: NODE_PORT,
};
const ROUTE = {
  domain: "bizosaas.localhost",
  testers: { header: { name: "x-fleet-canary", value: "always" }, cookie: { name: "fleet-canary", value: "always" } },
};
const CANARY = "1.1.0";
const REQUESTS = 2_000;

let clone: Clone;

beforeAll(async () => {
  clone = await Clone.create();
  await clone.keepOnly("bizosaas");
});

/** Brings BizOSaaS up behind the gateway; its CRM has a canary where it is given a weight. */
async function upWith(weight?: number): Promise<UpResult> {
  return clone.withStackFile(
    (config) => {
      config["fleet:gateway"] = GATEWAY;
      const { bizosaas } = config["fleet:platforms"];
      bizosaas["route"] = ROUTE;
      if (weight !== undefined) bizosaas["canary"] = { weight, services: { crm: { version: CANARY } } };
    },
    async () => {
      const { exitCode, output, seconds } = await clone.json<UpResult>(["up"]);
      console.log(`up with ${weight === undefined ? "no canary" : `a canary at ${weight} %`}: ${seconds.toFixed(1)} s`);
      expect({ exitCode, outcome: output.outcome }).toEqual({ exitCode: 0, outcome: "updated" });
      return output;
    },
  );
}

/** What requests came to: how many each version answered, and each that failed. */
interface Load {
  readonly versions: Record<string, number>;
  readonly failures: string[];
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** One request to the CRM through the gateway: the version that answered. */
function ask(headers: Readonly<Record<string, string>> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        agent,
        host: "127.0.0.1",
        port: NODE_PORT,
        path: "/health/live",
        headers: { Host: `crm.${ROUTE.domain}`, ...headers },
        timeout: 10_000,
      },
      (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () => {
          if (response.statusCode !== 200) reject(new Error(`${String(response.statusCode)}: ${body.slice(0, 200)}`));
          else resolve((JSON.parse(body) as { readonly version: string }).version);
        });
      },
    );
    asked.on("timeout", () => asked.destroy(new Error("no answer within 10 s")));
    asked.on("error", reject);
    asked.end();
  });
}

async function send(count: number): Promise<Load> {
  const load: Load = { versions: {}, failures: [] };
  let left = count;
  await Promise.all(Array.from({ length: 16 }, () => worker(load, () => left-- > 0)));
  return load;
}

/** Sends requests for as long as something else takes. */
async function sendDuring<T>(work: Promise<T>): Promise<Load> {
  const load: Load = { versions: {}, failures: [] };
  let over = false;
  const workers = Array.from({ length: 4 }, () => worker(load, () => !over, PAUSE_MS));
  await work.finally(() => (over = true));
  await Promise.all(workers);
  return load;
}

// A steady hundred or so a second: the update has to have some of the two cores as well.
const PAUSE_MS = 30;

async function worker({ versions, failures }: Load, goesOn: () => boolean, pauseMs = 0): Promise<void> {
  while (goesOn()) {
    if (pauseMs > 0) await sleep(pauseMs);
    try {
      const version = await ask();
      versions[version] = (versions[version] ?? 0) + 1;
    } catch (error) {
      failures.push(String(error));
    }
  }
}

/** The canary's share of the answers, in percent. */
function shareOf({ versions }: Load): number {
  const all = Object.values(versions).reduce((sum, count) => sum + count, 0);
  return (100 * (versions[CANARY] ?? 0)) / all;
}

function report(what: string, load: Load): void {
  console.log(`${what}: ${JSON.stringify(load.versions)}, ${load.failures.length} failed`);
}

describe("a canary behind the gateway", () => {
  it("gets its weight's share of 2,000 requests, and none fails", async () => {
    await upWith(10);
    const load = await send(REQUESTS);
    report("weight 10", load);
    expect(load.failures).toEqual([]);
    expect(Math.abs(shareOf(load) - 10)).toBeLessThanOrEqual(2);
  });

  it("gets every request of testers", async () => {
    for (const headers of [{ "X-Fleet-Canary": "always" }, { Cookie: "a=b; fleet-canary=always" }]) {
      expect(await Promise.all(Array.from({ length: 20 }, () => ask(headers)))).toEqual(Array(20).fill(CANARY));
    }
  });

  it("follows a new weight that the engine writes, with no request failing meanwhile", async () => {
    const during = await sendDuring(upWith(50));
    report("during the update", during);
    expect(during.failures).toEqual([]);
    const load = await send(REQUESTS);
    report("weight 50", load);
    expect(load.failures).toEqual([]);
    expect(Math.abs(shareOf(load) - 50)).toBeLessThanOrEqual(2);
  });

  it("goes without a failed request", async () => {
    const during = await sendDuring(upWith());
    report("during its removal", during);
    expect(during.failures).toEqual([]);
    expect(Object.keys((await send(200)).versions)).toEqual(["1.0.0"]);
  });
});

describe("Istio's objects", () => {
  it("are taken by the API server as they are rendered", async () => {
    const stack = resolveOwn("dev", (values) => {
      const { bizosaas } = values["platforms"] as { readonly bizosaas: object };
      const affinity = { cookie: "fleet-side", maxAgeSeconds: 3600 };
      const parted = { ...bizosaas, route: { ...ROUTE, affinity }, canary: { weight: 10, services: { crm: {} } } };
      const gateway = { implementation: { kind: "istio" }, controllerNamespace: "istio-ingress" };
      return { ...values, gateway, platforms: { bizosaas: parted } };
    });
    const items = renderStack(stack)
      .map(({ object }) => object)
      .filter(({ apiVersion }) => apiVersion?.startsWith("networking.istio.io/"));
    const { bin, kubeconfig } = clusterPaths(clusterLayout);
    const args = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-o", "name", "-f", "-"];
    const { stdout } = await execa(`${bin}/kubectl`, [`--kubeconfig=${kubeconfig}`, ...args], {
      input: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
    });
    expect(stdout.split("\n")).toHaveLength(items.length);
    expect(items.length).toBeGreaterThan(10);
  });
});
