import { describe, expect, it } from "vitest";
import { gatewayManifests } from "../../../toolchain/cluster/gateway-manifests.ts";
import { evaluate } from "../../../policy/evaluate.ts";
import type { KubernetesObject } from "../../../policy/kubernetes-object.ts";
import { podSecurityRules } from "../../../policy/rules/pod-security.ts";
import { schemaFindings } from "../../../policy/object-schema.ts";

const objects = gatewayManifests(
  { className: "traefik", namespace: "edge", port: 8000, nodePort: 30080 },
  `localhost:5000/fleet/traefik@sha256:${"0".repeat(64)}`,
) as readonly KubernetesObject[];

const of = (kind: string, name: string) =>
  objects.find((object) => object.kind === kind && object.metadata?.name === name) as
    { readonly spec?: unknown; readonly rules?: readonly { readonly verbs: readonly string[] }[] } | undefined;

describe("the local cluster's gateway", () => {
  it("listens where the stack says, and answers for its metrics inside the cluster only", () => {
    expect(of("Service", "traefik")?.spec).toMatchObject({
      type: "NodePort",
      ports: [{ port: 8000, targetPort: "web", nodePort: 30080 }],
    });
    expect(of("Service", "traefik-metrics")?.spec).toMatchObject({ ports: [{ port: 9100 }] });
    expect(of("GatewayClass", "traefik")?.spec).toEqual({ controllerName: "traefik.io/gateway-controller" });
  });

  it("may change nothing but the status of what it serves", () => {
    const rules = of("ClusterRole", "fleet:gateway")?.rules ?? [];
    expect([...new Set(rules.flatMap(({ verbs }) => verbs))].sort()).toEqual(["get", "list", "update", "watch"]);
  });

  it("runs under the restricted profile", () => {
    const strict = podSecurityRules.filter(({ name }) => !name.includes("token"));
    const violations = evaluate(objects, { stack: "prod", today: "2026-11-21" }, strict);
    expect(violations.filter(({ level }) => level === "mandatory").map(({ rule, path }) => `${rule} ${path}`)).toEqual(
      [],
    );
  });

  it("has the form that an API server asks for", () => {
    const known = objects.filter(({ kind }) => kind !== "GatewayClass");
    expect(known.flatMap((object) => schemaFindings(object))).toEqual([]);
  });
});
