import { describe, expect, it } from "vitest";
import { resolveStack } from "../../model/resolve/stack.ts";
import { catalogue } from "../../services/catalogue.ts";
import { objectOf, renderedObjects } from "../model/render/rendered-stack.ts";
import { bizosaasValues, issuesOf, migrations, onlyPlatform, resolveOwn } from "../model/stack-fixtures.ts";

describe("the catalogue", () => {
  it("starts services after those that they cannot do without", () => {
    expect(onlyPlatform(resolveOwn("dev")).waves).toEqual([
      ["identity", "ai-orchestrator", "crm", "analytics", "frontend"],
    ]);
  });

  it("lists no service or platform twice", () => {
    const names = catalogue.flatMap(({ name, services }) => [name, ...services.map((one) => `${name}/${one.name}`)]);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe.each(["dev", "staging", "prod"] as const)("the stack %s", (name) => {
  const stack = resolveOwn(name);
  const objects = [...renderedObjects(stack).values()];

  it("resolves all five services of BizOSaaS", () => {
    expect(onlyPlatform(stack).services.map((service) => service.name)).toEqual([
      "identity",
      "ai-orchestrator",
      "crm",
      "analytics",
      "frontend",
    ]);
  });

  it("keeps every object but the namespace itself in its namespace", () => {
    const { namespace } = onlyPlatform(stack);
    const elsewhere = objects.filter((one) => one.kind !== "Namespace" && one.metadata?.namespace !== namespace);
    expect(elsewhere).toEqual([]);
  });

  it("puts no image under the tag latest, and none that is not one of its own", () => {
    expect(JSON.stringify(stack.images)).not.toContain(":latest");
    expect(Object.keys(stack.images)).toEqual(
      expect.arrayContaining(onlyPlatform(stack).services.map((service) => service.image)),
    );
  });
});

describe("what environments differ by", () => {
  const replicas = (stack: "dev" | "staging" | "prod") =>
    objectOf(renderedObjects(resolveOwn(stack)), "Deployment", "bizosaas-crm").spec?.replicas;
  const kinds = (stack: "dev" | "staging" | "prod") =>
    new Set([...renderedObjects(resolveOwn(stack)).values()].map((one) => one.kind));

  it("is one replica in dev, two in staging, and the autoscaler's choice in prod", () => {
    expect([replicas("dev"), replicas("staging"), replicas("prod")]).toEqual([1, 2, undefined]);
    expect(kinds("prod")).toContain("HorizontalPodAutoscaler");
    expect(kinds("staging")).not.toContain("HorizontalPodAutoscaler");
  });

  it("is an ingress in staging and prod, and NodePorts in dev", () => {
    expect(kinds("dev")).not.toContain("Ingress");
    for (const stack of ["staging", "prod"] as const) {
      expect(onlyPlatform(resolveOwn(stack)).services.map((service) => service.exposure.kind)).toEqual(
        Array.from({ length: 5 }, () => "ingress"),
      );
    }
  });

  it("is the cluster: the local one for dev, a named context for the others", () => {
    expect(resolveOwn("dev").cluster).toEqual({ context: "fleet-local", local: true });
    expect(resolveOwn("staging").cluster).toEqual({ context: "fleet-staging", local: false });
    expect(resolveOwn("prod").cluster).toEqual({ context: "fleet-prod", local: false });
  });

  it("is a random stand-in for the OpenAI key in dev, the configured one in staging, that of a store in prod", () => {
    const withoutSecrets = (stack: "dev" | "staging" | "prod") =>
      resolveStack({ stack, catalogue, migrations, raw: { values: bizosaasValues(stack), secrets: [] } });
    expect(withoutSecrets("dev").ok).toBe(true);
    expect(withoutSecrets("prod").ok).toBe(true);
    expect(issuesOf(withoutSecrets("staging")).map((issue) => issue.path)).toEqual([
      "fleet:secrets.bizosaas.OPENAI_API_KEY",
    ]);
  });
});
