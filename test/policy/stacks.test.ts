import { describe, expect, it } from "vitest";
import { evaluate, type Violation } from "../../policy/evaluate.ts";
import { registry } from "../../policy/registry.ts";
import { mutants } from "./mutants.ts";
import { renderedStack, STACKS } from "./rendered-stacks.ts";

// The real day: an exception that runs out makes this fail, as it should.
const today = new Date().toISOString().slice(0, 10);

const identify = ({ rule, object, path, problem }: Violation) => `${rule}: ${object} ${path} ${problem}`;

describe.each(STACKS)("the stack %s as rendered", (stack) => {
  it("breaks no mandatory rule", () => {
    const objects = renderedStack(stack);
    const mandatory = evaluate(objects, { stack, today }).filter(({ level }) => level === "mandatory");
    expect(objects.length).toBeGreaterThan(30);
    expect(mandatory.map(identify)).toEqual([]);
  });
});

describe("a harmful change to production", () => {
  const objects = renderedStack("prod");
  const before = new Set(evaluate(objects, { stack: "prod", today }).map(identify));

  it("is tried for each rule", () => {
    expect(new Set(mutants.map(({ rule }) => rule))).toEqual(new Set(registry.map(({ name }) => name)));
  });

  it.each(mutants)("that $does is caught by $rule, and by no other rule", ({ rule, mutate }) => {
    const after = evaluate(mutate(objects), { stack: "prod", today });
    const caught = after.filter((violation) => !before.has(identify(violation)));
    expect([...new Set(caught.map((violation) => violation.rule))]).toEqual([rule]);
  });
});
