import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import { crossGuardPolicies } from "../../../policy/crossguard/policies.ts";
import { registry } from "../../../policy/registry.ts";

const policies = crossGuardPolicies(registry, () => "2026-11-21");

describe("the pack", () => {
  it("has a policy for each rule, at its strictest level", () => {
    const names = policies.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(registry.map(({ name }) => name)));
    expect(new Set(names).size).toBe(names.length);
  });

  it("splits a rule whose level varies in two", () => {
    const split = policies.filter(({ name }) => name.startsWith("spread-over-nodes"));
    expect(split.map(({ name, enforcementLevel }) => [name, enforcementLevel])).toEqual([
      ["spread-over-nodes", "mandatory"],
      ["spread-over-nodes-advisory", "advisory"],
    ]);
  });

  it.each([
    ["prod", ["Service shop/cart: spec.type opens a port on every node"]],
    ["dev", []],
  ])("judges a resource by the stack in its URN: %s", async (stack, told) => {
    const nodePort = policies.find(({ name }) => name === "no-node-port") as ResourceValidationPolicy;
    const messages: string[] = [];
    const type = "kubernetes:core/v1:Service";
    const props = { metadata: { name: "cart", namespace: "shop" }, spec: { type: "NodePort" } };
    const resource: Pick<ResourceValidationArgs, "urn" | "type" | "props"> = {
      urn: `urn:pulumi:${stack}::fleet::${type}::cart`,
      type,
      props,
    };
    const validate = nodePort.validateResource;
    if (typeof validate !== "function") throw new Error("The policy has no single validation.");
    await validate(resource as ResourceValidationArgs, (message) => messages.push(message));
    expect(messages.map((message) => message.split(" (")[0])).toEqual(told);
  });
});
