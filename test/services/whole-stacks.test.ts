import { describe, expect, it } from "vitest";
import { catalogue } from "../../services/catalogue.ts";
import { namespacesOf } from "../../model/resolve/namespaces.ts";
import { renderStack } from "../../model/render/stack.ts";
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

  it("keeps its objects in its own namespaces", () => {
    for (const platform of stack.platforms) {
      const own = namespacesOf([platform]);
      const elsewhere = renderStack({ ...stack, platforms: [platform] }).filter(
        ({ object: { kind, metadata } }) => kind !== "Namespace" && !own.includes(metadata?.namespace ?? ""),
      );
      expect(elsewhere).toEqual([]);
    }
  });
});
