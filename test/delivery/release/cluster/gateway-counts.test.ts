import { describe, expect, it } from "vitest";
import { GatewayCounts } from "../../../../delivery/release/cluster/gateway-counts.ts";
import { sidePlatform } from "../engine/release-stack.ts";
import { VirtualTime } from "../world/virtual-time.ts";

const platform = sidePlatform(10);

/** What a gateway tells after so many requests to each side. */
function metrics(canary: number, stable: number, canaryErrors = 0): string {
  const side = (namespace: string, requests: number, errors: number) => {
    const service = `service="${namespace}-bizosaas-crm-http-8004@kubernetesgateway"`;
    const bucket = (bound: string, count: number) =>
      `traefik_service_request_duration_seconds_bucket{code="200",method="GET",protocol="http",${service},le="${bound}"} ${count}`;
    return [
      `traefik_service_requests_total{code="200",method="GET",protocol="http",${service}} ${requests - errors}`,
      `traefik_service_requests_total{code="503",method="GET",protocol="http",${service}} ${errors}`,
      bucket("0.1", requests - 1),
      bucket("0.5", requests),
      bucket("+Inf", requests),
    ];
  };
  return [
    "# TYPE traefik_service_requests_total counter",
    ...side("bizosaas-canary", canary, canaryErrors),
    ...side("bizosaas-dev", stable, 0),
    'traefik_service_requests_total{code="200",service="httproute-bizosaas-dev-bizosaas-crm-0-wrr@kubernetesgateway"} 9e9',
    'traefik_service_requests_total{code="200",service="sophia-bizosaas-crm-http-8004@kubernetesgateway"} 9e9',
  ].join("\n");
}

function counting(...answers: readonly string[]) {
  const left = [...answers];
  const time = new VirtualTime(1_000_000);
  const get = () => {
    const body = left.shift();
    return Promise.resolve({ status: body === undefined ? 503 : 200, contentType: "", location: "", body: body ?? "" });
  };
  const pass = (seconds: number) => time.until(time.sleep(seconds * 1000));
  return { time, counts: new GatewayCounts({ get }, time), pass };
}

describe("the gateway's counts", () => {
  it("are what each side answered between two readings", async () => {
    const { counts, time, pass } = counting(metrics(10, 90), metrics(20, 180, 2), metrics(30, 270, 2));
    await counts.begin(platform);
    const startedMs = time.now();
    await pass(30);
    expect(await counts.since(platform, startedMs)).toEqual({
      kind: "counted",
      window: {
        fromMs: startedMs,
        toMs: startedMs + 30_000,
        canary: { requests: 10, errors: 2, latency: { bounds: [0.1, 0.5], counts: [10, 0, 0] } },
        stable: { requests: 90, errors: 0, latency: { bounds: [0.1, 0.5], counts: [90, 0, 0] } },
      },
    });
    await pass(30);
    expect(await counts.since(platform, startedMs + 30_000)).toMatchObject({
      window: { canary: { requests: 10, errors: 0 } },
    });
  });

  it("begin anew in another process", async () => {
    const { counts, time, pass } = counting(metrics(10, 90), metrics(20, 180));
    expect(await counts.since(platform, time.now())).toEqual({
      kind: "unavailable",
      reason: "counting has only begun",
    });
    const first = time.now();
    await pass(30);
    expect(await counts.since(platform, first)).toMatchObject({ kind: "counted" });
  });

  it("are none when the gateway has restarted", async () => {
    const { counts, time, pass } = counting(metrics(10, 90), metrics(1, 2));
    await counts.begin(platform);
    await pass(30);
    expect(await counts.since(platform, time.now() - 30_000)).toMatchObject({
      kind: "unavailable",
      reason: "the gateway has restarted, its counts with it",
    });
  });

  it("are not to be had from a gateway that does not tell them", async () => {
    const { counts } = counting();
    expect(await counts.readable(platform)).toBe(false);
    await expect(counts.since(platform, 0)).rejects.toThrow("HTTP 503");
  });
});
