import { describe, expect, it } from "vitest";
import { defineService } from "../../../model/declaration/service.ts";
import { expectResolved, issuesOf, resolve, serviceOf, shop } from "../stack-fixtures.ts";

const page = defineService({ name: "page", seeds: [], language: "node", port: 8000 });
const specified = (
  settings: string,
  {
    declared = {},
    defaults = {},
  }: { declared?: Partial<typeof page>; defaults?: Parameters<typeof shop>[0]["defaults"] } = {},
) => {
  const catalogue = [shop({ services: [{ ...page, ...declared }], defaults })];
  return serviceOf(expectResolved(resolve(catalogue, `shop: ${settings}`)), "page").specification;
};

describe("how a service runs", () => {
  it("is the house's standard where nobody says anything: seed 000's resources and probes", () => {
    expect(specified("{}")).toEqual({
      port: 8000,
      replicas: 1,
      health: { report: "/health", ready: "/health/ready", live: "/health/live" },
      probes: {
        startup: { initialDelaySeconds: 0, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 30 },
        readiness: { initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
        liveness: { initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
      },
      resources: { cpu: { request: "100m", limit: "500m" }, memory: { request: "128Mi", limit: "512Mi" } },
      environment: {},
      files: {},
      volumes: {},
      terminationGraceSeconds: 30,
    });
  });

  it.each([
    ["the platform over the house", "{}", {}, { replicas: 2 }, 2],
    ["the declaration over the platform", "{}", { replicas: 3 }, { replicas: 2 }, 3],
    ["the stack's defaults over the declaration", "{ defaults: { replicas: 4 } }", { replicas: 3 }, { replicas: 2 }, 4],
    [
      "the stack's word on the service over all",
      "{ defaults: { replicas: 4 }, services: { page: { replicas: 5 } } }",
      { replicas: 3 },
      { replicas: 2 },
      5,
    ],
    ["zero like any other number", "{ services: { page: { replicas: 0 } } }", { replicas: 3 }, {}, 0],
  ])("takes %s", (_what, settings, declared, defaults, replicas) => {
    expect(specified(settings, { declared, defaults }).replicas).toBe(replicas);
  });

  it("keeps what the layers below say where a layer says only a part", () => {
    const { resources, probes, environment } = specified(
      `{ defaults: { resources: { cpu: { limit: "2" } } }, services: { page: { environment: { B: stack, C: stack } } } }`,
      {
        declared: { environment: { A: "declared", B: "declared" }, probes: { liveness: { periodSeconds: 7 } } },
        defaults: { resources: { cpu: { request: "50m" } } },
      },
    );
    expect(resources).toEqual({ cpu: { request: "50m", limit: "2" }, memory: { request: "128Mi", limit: "512Mi" } });
    expect(probes.liveness).toEqual({
      initialDelaySeconds: 30,
      periodSeconds: 7,
      timeoutSeconds: 5,
      failureThreshold: 3,
    });
    expect(environment).toEqual({ A: "declared", B: "stack", C: "stack" });
  });

  it("lets a stack adjust a declared volume by a part, and not make one by a part", () => {
    const volumes = { data: { mountPath: "/data", size: "1Gi", accessMode: "ReadWriteOnce" } } as const;
    const larger = specified("{ services: { page: { volumes: { data: { size: 5Gi } } } } }", { declared: { volumes } });
    expect(larger.volumes).toEqual({ data: { mountPath: "/data", size: "5Gi", accessMode: "ReadWriteOnce" } });
    expect(
      issuesOf(
        resolve([shop({ services: [page] })], "shop: { services: { page: { volumes: { data: { size: 5Gi } } } } }"),
      ).map((issue) => issue.path),
    ).toEqual([
      "fleet:platforms.shop.services.page.volumes.data.mountPath",
      "fleet:platforms.shop.services.page.volumes.data.accessMode",
    ]);
  });

  it("follows the stack's port", () => {
    expect(specified("{ services: { page: { port: 9000 } } }").port).toBe(9000);
  });

  it("may ask for a request that is exactly the limit, in another unit", () => {
    const settings = `{ services: { page: { resources: { cpu: { request: 2000m, limit: "2" }, memory: { request: 1024Mi, limit: 1Gi } } } } }`;
    expect(specified(settings).resources.cpu.request).toBe("2000m");
  });

  it("may not ask for a millicore more than the limit", () => {
    const settings = `shop: { services: { page: { resources: { cpu: { request: 2001m, limit: "2" } } } } }`;
    expect(issuesOf(resolve([shop({ services: [page] })], settings))).toEqual([
      {
        path: "fleet:platforms.shop.services.page.resources.cpu",
        problem: "the request is above the limit, and the API server would refuse the pod",
        value: { request: "2001m", limit: "2" },
        allowed: "a request of at most the limit",
        fix: "lower the request or raise the limit",
      },
    ]);
  });
});
