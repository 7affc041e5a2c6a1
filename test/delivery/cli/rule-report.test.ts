import { describe, expect, it } from "vitest";
import { formatRuleReport, ruleExitCode, type RuleReport } from "../../../delivery/cli/rule-report.ts";
import { render } from "../../../delivery/cli/commands/render.ts";
import type { Terminal } from "../../../delivery/cli/terminal.ts";
import { evaluate } from "../../../policy/evaluate.ts";
import { registry } from "../../../policy/registry.ts";
import { deployment } from "../../policy/objects.ts";

const rules = registry.filter(({ name }) => ["image-by-digest", "priority-class"].includes(name));

const report = (count: number, stack = "prod"): RuleReport => ({
  subject: `${stack} as rendered`,
  objects: count,
  violations: Array.from({ length: count }, () => deployment({ image: "cart:1.2.3" })).flatMap((object) =>
    evaluate([object], { stack, today: "2026-11-21" }, rules),
  ),
});

function captured(): Terminal & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    color: false,
    lines,
    result: (text) => void lines.push(text),
    note: () => undefined,
    progress: () => undefined,
  };
}

describe("what the rules say", () => {
  it("is told rule by rule: the level, the place, the value, the fix", () => {
    const text = formatRuleReport(report(1), { color: false });
    expect(text).toContain("image-by-digest");
    expect(text).toContain("mandatory");
    expect(text).toContain("Deployment shop/cart");
    expect(text).toContain('spec.template.spec.containers[0].image is not named by its digest ("cart:1.2.3")');
    expect(text).toContain("fix: build the image through the stack");
  });

  it("shows some of many places and says how many more there are", () => {
    const text = formatRuleReport(report(20), { color: false });
    expect(text.match(/is not named by its digest/g)).toHaveLength(8);
    expect(text).toContain("… and 12 more; --json has all");
  });

  it("fails where a mandatory rule is broken, and passes with advice", () => {
    const broken = report(1);
    const advice = broken.violations.map((violation) => ({ ...violation, level: "advisory" as const }));
    expect(ruleExitCode(broken)).toBe(1);
    expect(ruleExitCode({ ...broken, violations: advice })).toBe(0);
    expect(ruleExitCode({ ...broken, violations: [] })).toBe(0);
  });
});

describe("fleet render --check", () => {
  it.each(["dev", "staging", "prod"])("passes for %s and judges every object", (stack) => {
    const terminal = captured();
    expect(render({ stack, json: true, only: [], check: true }, terminal)).toBe(0);
    const { objects, violations } = JSON.parse(terminal.lines.join("")) as RuleReport;
    expect(objects).toBeGreaterThan(250);
    expect(violations.filter(({ level }) => level === "mandatory")).toEqual([]);
  });

  it("tells of a part of a stack what concerns that part", () => {
    const terminal = captured();
    render({ stack: "prod", json: true, only: ["crm"], check: true }, terminal);
    const { objects } = JSON.parse(terminal.lines.join("")) as RuleReport;
    expect(objects).toBeGreaterThan(10);
    expect(objects).toBeLessThan(100);
  });
});
