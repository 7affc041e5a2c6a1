import { describe, expect, it } from "vitest";
import { evaluate } from "../../policy/evaluate.ts";
import { registry } from "../../policy/registry.ts";
import { ALWAYS } from "../../policy/rule.ts";
import { accessCases } from "./cases/access.ts";
import { containerCases } from "./cases/containers.ts";
import { networkCases } from "./cases/network.ts";
import { ownershipCases } from "./cases/ownership.ts";
import { podSecurityCases } from "./cases/pod-security.ts";
import { schemaCases } from "./cases/schema.ts";
import { stackCases } from "./cases/stack.ts";
import type { Cases } from "./objects.ts";

const cases: Cases = {
  ...schemaCases,
  ...podSecurityCases,
  ...containerCases,
  ...accessCases,
  ...networkCases,
  ...stackCases,
  ...ownershipCases,
};

describe("the registry", () => {
  it("has cases for each rule, and no cases without a rule", () => {
    expect(registry.map(({ name }) => name).sort()).toEqual(Object.keys(cases).sort());
  });

  it("says of each rule what the risk is, who asks for it and how to mend it, under a name CrossGuard accepts", () => {
    for (const { name, risk, source, fix } of registry) {
      expect(name).toMatch(/^[a-z][a-z0-9-]{2,99}$/);
      for (const text of [risk, source, fix]) expect(text.length, name).toBeGreaterThan(8);
    }
  });
});

describe.each(registry.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
  const own = cases[name] ?? [];

  it("has a passing and a failing case", () => {
    expect(own.some(({ finds }) => finds.length === 0)).toBe(true);
    expect(own.some(({ finds }) => finds.length > 0)).toBe(true);
  });

  it.each(own.map((entry) => [entry.finds.length === 0 ? "accepts" : "refuses", entry.of, entry] as const))(
    "%s %s",
    (_verdict, _of, { objects, finds }) => {
      const violations = evaluate(objects, { stack: "prod", today: "2026-11-21" }, [{ ...rule, levels: ALWAYS }]);
      expect(violations.map(({ path, problem }) => `${path} ${problem}`)).toEqual(finds);
    },
  );
});
