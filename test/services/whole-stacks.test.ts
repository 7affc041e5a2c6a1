import { describe, expect, it } from "vitest";
import { catalogue } from "../../services/catalogue.ts";
import { renderedObjects } from "../model/render/rendered-stack.ts";
import { resolveWhole } from "../model/stack-fixtures.ts";

describe.each(["dev", "staging", "prod"] as const)("every platform of the stack %s", (name) => {
  const stack = resolveWhole(name);

  it("has all its services", () => {
    for (const platform of stack.platforms) {
      const declared = catalogue.find((candidate) => candidate.name === platform.name)?.services ?? [];
      expect(platform.services.map((service) => service.name)).toEqual(declared.map((service) => service.name));
    }
  });

  it("starts each of its services in one wave", () => {
    for (const { services, waves } of stack.platforms) {
      expect(waves.flat().sort()).toEqual(services.map((service) => service.name).sort());
    }
  });

  it("keeps its objects in its own namespace", () => {
    for (const platform of stack.platforms) {
      const objects = [...renderedObjects({ ...stack, platforms: [platform] }).values()];
      const elsewhere = objects.filter(
        ({ kind, metadata }) => kind !== "Namespace" && metadata?.namespace !== platform.namespace,
      );
      expect(elsewhere).toEqual([]);
    }
  });
});
