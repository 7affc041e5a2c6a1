import { describe, expect, it } from "vitest";
import { overlay, type PlainObject } from "../../../model/overlay.ts";
import type { SourceChanges } from "../../../delivery/diff/causes.ts";
import { difference, type Difference } from "../../../delivery/diff/difference.ts";
import { COMMENT_LIMIT, formatMarkdown } from "../../../delivery/diff/format-markdown.ts";
import { formatText } from "../../../delivery/diff/format-text.ts";
import { SNAPSHOT_FORMAT, type Snapshot, type StackSnapshot } from "../../../delivery/diff/snapshot.ts";
import { resolveOwn } from "../../model/stack-fixtures.ts";
import { deploymentWith, emptyStack, NO_SOURCES, objectOf, snapshotFrom } from "./snapshot-fixtures.ts";

const STACKS = ["dev", "staging", "prod"] as const;

function differenceOf(
  before: readonly StackSnapshot[],
  after: readonly StackSnapshot[],
  sources: SourceChanges = NO_SOURCES.sources,
): Difference {
  const snapshot = (stacks: readonly StackSnapshot[]): Snapshot => ({ format: SNAPSHOT_FORMAT, stacks: [...stacks] });
  return difference(snapshot(before), snapshot(after), { ...NO_SOURCES, sources });
}

function portOfCrm(): Difference {
  const crm: PlainObject = { platforms: { bizosaas: { services: { crm: { port: 9004 } } } } };
  return differenceOf(
    STACKS.map((stack) => snapshotFrom(resolveOwn(stack))),
    STACKS.map((stack) => snapshotFrom(resolveOwn(stack, (values) => ({ ...overlay(values, crm) })))),
    {
      declarations: [
        {
          file: "services/bizosaas/crm.ts",
          line: 13,
          platform: "bizosaas",
          owner: "crm",
          property: "port",
          removed: false,
        },
      ],
      settings: [],
      files: ["services/bizosaas/crm.ts"],
    },
  );
}

const cart = (container: PlainObject, stack = "dev"): StackSnapshot => ({
  ...emptyStack(stack),
  objects: [objectOf(deploymentWith(container))],
});

describe("a changed port in all stacks", () => {
  it("is told once on a terminal, with what holds in some stacks only", () => {
    expect(formatText(portOfCrm())).toBe(`\
2 services change in dev, staging, prod: 23 objects

~ bizosaas/crm
    port 8004 → 9004; also Service port, Service target port, lets in anybody (dev), lets in bizosaas-frontend, variable PORT, startup probe's port, readiness probe's port, liveness probe's port and 2 more
    pods restart (rolling)
    why: services/bizosaas/crm.ts:13 port
    ConfigMap bizosaas-crm, Deployment bizosaas-crm, NetworkPolicy bizosaas-crm, Service bizosaas-crm, Ingress bizosaas-crm (staging, prod)

~ bizosaas/frontend
    lets out to bizosaas-crm 8004 → 9004
    variable CRM_URL …:8004 → …:9004
    pods restart (rolling)
    why: follows bizosaas/crm
    ConfigMap bizosaas-frontend, Deployment bizosaas-frontend, NetworkPolicy bizosaas-frontend

Blast radius:
    bizosaas/crm is used by frontend, which can do without
Rules newly broken: none
Migrations: none
Requests: unchanged`);
  });

  it("is one table of two rows in a comment, everything longer folded away", () => {
    const markdown = formatMarkdown(portOfCrm(), { manifests: "--- a\n+++ b\n" });
    const open = markdown.replaceAll(/<details>.*?<\/details>/gs, "");
    expect(open.split("\n").filter((line) => line.startsWith("| **"))).toEqual([
      "| **bizosaas/crm** | port 8004 → 9004; also Service port, Service target port, lets in anybody (dev), lets in bizosaas-frontend, variable PORT, startup probe's port, readiness probe's port, liveness probe's port and 2 more | pods restart (rolling) | `services/bizosaas/crm.ts:13` port |",
      "| **bizosaas/frontend** | lets out to bizosaas-crm 8004 → 9004<br>variable CRM\\_URL …:8004 → …:9004 | pods restart (rolling) | follows bizosaas/crm |",
    ]);
    expect(open.trim().split("\n").length).toBeLessThan(24);
    expect(markdown).toContain("```diff\n--- a\n+++ b\n```");
  });
});

it("nothing that changes is one sentence", () => {
  const nothing = differenceOf([cart({})], [cart({})]);
  expect(formatText(nothing)).toBe("Nothing changes in any stack against main.");
  expect(formatMarkdown(nothing)).toContain("### Nothing changes in any stack against main\n");
});

describe("a comment", () => {
  const many = (count: number, value: string): StackSnapshot => ({
    ...emptyStack("prod"),
    objects: Array.from({ length: count }, (_, index) =>
      objectOf(
        { kind: "ConfigMap", metadata: { name: `cart-${index}` }, data: { [`VARIABLE_${index}`]: value } },
        { owner: `cart-${index}` },
      ),
    ),
  });
  const violations = Array.from({ length: 2_000 }, (_, index) => ({
    rule: `rule-${index}`,
    level: "mandatory" as const,
    object: `Deployment shop/${"x".repeat(63)}`,
    path: "spec",
    problem: "is wrong ".repeat(100),
    fix: "mend it",
  }));

  it.each<[string, Difference, string]>([
    ["thousands of services", differenceOf([many(1_000, "a")], [many(1_000, "b")]), ""],
    [
      "a difference of manifests beyond measure",
      differenceOf([cart({ image: "a" })], [cart({ image: "b" })]),
      "x".repeat(99_999),
    ],
    ["thousands of long violations", differenceOf([cart({})], [{ ...cart({}), violations }]), ""],
  ])("about %s still fits, and says where the rest is", (_what, one, manifests) => {
    const markdown = formatMarkdown(one, { manifests });
    expect(markdown.length).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(markdown).toMatch(/attached files|and \d+ more/);
  });

  it("tells services that change alike in one row", () => {
    const image = (text: string): StackSnapshot => ({
      ...emptyStack("prod"),
      objects: ["cart", "till", "stock"].map((owner) =>
        objectOf(deploymentWith({ image: text }), { owner, path: owner }),
      ),
    });
    const rows = formatMarkdown(differenceOf([image("a")], [image("b")])).split("\n");
    expect(rows.filter((line) => line.startsWith("| **"))).toEqual([
      "| **shop/cart, shop/stock, shop/till** | image a → b | pods restart (rolling) |  |",
    ]);
  });

  it("takes no value for Markdown, HTML, a mention or the end of its table or fence", () => {
    const nasty = "a|b <img src=x> @somebody *x* `y`\n| new | row |";
    const one = differenceOf([cart({ image: "old" })], [cart({ image: nasty })]);
    const row =
      formatMarkdown(one)
        .split("\n")
        .find((line) => line.startsWith("| **")) ?? "";
    expect(row).not.toContain("<img");
    expect(row).not.toContain("@somebody");
    expect(row.replaceAll("\\|", "").split("|")).toHaveLength(6);
    expect(formatMarkdown(one, { manifests: "+ ```\n+ <details>" })).toContain(
      "\n````diff\n+ ```\n+ <details>\n````\n",
    );
  });
});

it("rules newly broken are told by rule, with the objects that break them", () => {
  const violation = (stack: string, object: string) => ({
    ...cart({}, stack),
    violations: [
      {
        rule: "probes",
        level: "mandatory" as const,
        object,
        path: "spec",
        problem: "has no probe",
        fix: "declare one",
      },
    ],
  });
  const after = [violation("dev", "Deployment shop/cart"), violation("prod", "Deployment shop/cart")];
  const before = ["dev", "prod"].map((stack) => ({ ...cart({}, stack), rules: ["probes"] }));
  const text = formatText(differenceOf(before, after));
  expect(text).toMatch(/^No object changes, but rules or migrations do in dev, prod\n/);
  expect(text).toContain(
    "Rules newly broken:\n    probes (mandatory): Deployment shop/cart has no probe; declare one\n",
  );
});

it("requests are told as a difference, in each stack where they differ", () => {
  const asking = (memory: string) => cart({ resources: { requests: { cpu: "100m", memory } } }, "prod");
  expect(formatText(differenceOf([asking("512Mi")], [asking("768Mi")]))).toContain(
    "Requests:\n    memory 512Mi → 768Mi (+256Mi)",
  );
});
