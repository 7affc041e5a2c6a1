import fc from "fast-check";
import { expect, it } from "vitest";
import { defineCronJob, defineJob, defineWorker } from "../../../model/declaration/task.ts";
import type { PlatformDeclaration } from "../../../model/declaration/platform.ts";
import { formatIssues } from "../../../model/issue.ts";
import { isPlainObject } from "../../../model/overlay.ts";
import { resolveStack } from "../../../model/resolve/stack.ts";
import { catalogue } from "../../../services/catalogue.ts";
import { renderedObjects } from "../render/rendered-stack.ts";
import { bizosaasValues, migrations } from "../stack-fixtures.ts";

const RUNS = 220;
// Half a second on a machine of its own; much longer on one that builds a cluster beside it.
const PATIENCE = { timeout: 60_000 };

// Everything that Pulumi.dev.yaml could say, so that mutations find more than it does say.
const values = {
  ...bizosaasValues("dev"),
  cluster: { context: "a-context" },
};
const detailed = structuredClone(values) as unknown as { platforms: { bizosaas: Record<string, unknown> } };
Object.assign((detailed as unknown as { images: object }).images, {
  builder: { kind: "buildx", name: "big", platforms: ["linux/amd64", "linux/arm64"], cacheRegistry: "r.test/cache" },
  digests: { redis: `sha256:${"b".repeat(64)}` },
});
Object.assign(detailed.platforms.bizosaas, {
  sourceRoot: "../bizosaas",
  tenants: { acme: { domain: "acme.test", settings: { plan: "gold", seats: 20 } }, globex: {} },
  services: {
    crm: {
      replicas: 2,
      nodePort: 30104,
      port: 8004,
      enabled: true,
      image: { kind: "pinned", repository: "r.test/crm", digest: `sha256:${"a".repeat(64)}` },
      disruptionBudget: { minAvailable: 1 },
      environment: { MODE: "fast" },
    },
    "ai-orchestrator": { volumes: { models: { size: "3Gi" } } },
    analytics: { autoscaling: { minReplicas: 1, maxReplicas: 2, targetCpuPercent: 70 } },
  },
  datastores: { redis: { kind: "inCluster", storage: "1Gi", resources: { cpu: { limit: "1" } } } },
});

/** Every place in plain data. */
function places(data: unknown, path: readonly string[] = []): (readonly string[])[] {
  const below = Array.isArray(data)
    ? data.flatMap((item, index) => places(item, [...path, String(index)]))
    : isPlainObject(data)
      ? Object.entries(data).flatMap(([key, value]) => places(value, [...path, key]))
      : [];
  return path.length === 0 ? below : [path, ...below];
}

type Mutation = { readonly path: readonly string[] } & (
  | { readonly kind: "set"; readonly value: unknown }
  | { readonly kind: "remove" }
  | { readonly kind: "rename"; readonly name: string }
);

function mutate(data: unknown, mutation: Mutation, path = mutation.path): unknown {
  const [key = "", ...rest] = path;
  if (Array.isArray(data)) {
    const items: unknown[] = data;
    const copies = items.map((item, index) =>
      String(index) === key && rest.length > 0 ? mutate(item, mutation, rest) : item,
    );
    return rest.length > 0 || mutation.kind !== "remove" ? copies : copies.filter((_, index) => String(index) !== key);
  }
  if (!isPlainObject(data) || !Object.hasOwn(data, key)) return data;
  const entries = Object.entries(data).flatMap(([name, value]): [string, unknown][] => {
    if (name !== key) return [[name, value]];
    if (rest.length > 0) return [[name, mutate(value, mutation, rest)]];
    if (mutation.kind === "remove") return [];
    return mutation.kind === "set" ? [[name, mutation.value]] : [[mutation.name, value]];
  });
  return Object.fromEntries(entries);
}

const strange = fc.oneof(
  fc.constantFrom<unknown>(null, 0, -1, 1.5, 70000, 30101, true, "", "x", "\u{E000}secret:x\u{E001}", [], {}, [null]),
  fc.constantFrom("0", "1GB", "latest", "__proto__", "A b", "x".repeat(64), "external", "config", "../..", "8004"),
  fc.jsonValue({ maxDepth: 2 }),
);
const mutationOf = (data: unknown): fc.Arbitrary<Mutation> =>
  fc
    .tuple(fc.constantFrom(...places(data)), strange, fc.string({ maxLength: 70 }), fc.nat(2))
    .map(([path, value, name, choice]): Mutation =>
      choice === 0
        ? { path, kind: "remove" }
        : choice === 1
          ? { path, kind: "rename", name }
          : { path, kind: "set", value },
    );
const mutationsOf = (data: unknown) => fc.array(mutationOf(data), { minLength: 1, maxLength: 4 });

/** Holds one resolution to its promise: a stack that renders, or issues that each say what, where and what to do. */
function expectStackOrIssues(platforms: readonly PlatformDeclaration[], raw: unknown): boolean {
  const result = resolveStack({
    stack: "dev",
    catalogue: platforms,
    migrations,
    raw: { values: raw as Readonly<Record<string, unknown>>, secrets: [] },
  });
  if (result.ok) {
    expect(renderedObjects(result.value)).toBeInstanceOf(Map);
    return true;
  }
  expect(result.issues.length).toBeGreaterThan(0);
  for (const issue of result.issues) {
    expect(issue.path).toMatch(/^(fleet:|services\.)/);
    for (const text of [issue.problem, issue.allowed, issue.fix]) expect(text.trim()).not.toBe("");
  }
  const unique = new Set(result.issues.map(({ path, problem, allowed }) => `${path}\n${problem}\n${allowed}`));
  expect(unique.size).toBe(result.issues.length);
  expect(formatIssues(result.issues)).toContain("nothing was changed");
  return false;
}

const task = {
  seeds: [],
  language: "python",
  environment: { QUEUE: "mail" },
  files: { "/etc/task.yaml": "a: 1" },
} as const;
const tasks = [
  defineWorker({ ...task, name: "mailer", replicas: 2, alive: ["celery", "inspect", "ping"] }),
  defineJob({ ...task, name: "imports", deadlineSeconds: 600, command: ["python", "import.py"] }),
  defineCronJob({ ...task, name: "report", deadlineSeconds: 600, retries: 2, schedule: "17 2 * * *" }),
];

it("the settings that are mutated below are good ones", () => {
  expect(expectStackOrIssues(catalogue, detailed)).toBe(true);
});

it("any mutated stack file resolves or is told what is wrong with it, and nothing throws", PATIENCE, () => {
  let resolved = 0;
  fc.assert(
    fc.property(mutationsOf(detailed), (mutations) => {
      const mutated = mutations.reduce<unknown>((data, mutation) => mutate(data, mutation), detailed);
      if (expectStackOrIssues(catalogue, mutated)) resolved += 1;
    }),
    { numRuns: RUNS },
  );
  // Both outcomes are seen, or the mutations would say nothing.
  expect(resolved).toBeGreaterThan(0);
  expect(resolved).toBeLessThan(RUNS);
});

// The compiler keeps wrong types out of declarations; wrong values it lets through.
const wrongValue = (value: unknown): fc.Arbitrary<unknown> =>
  typeof value === "number"
    ? fc.constantFrom(0, -1, 1.5, 8001, 70000, 30101, 1_000_000)
    : fc.constantFrom("", "x".repeat(64), "A b", "1GB", "4Gi", "identity", "\u{E000}image:x\u{E001}", "/x y");

it(
  "any catalogue with wrong values in it resolves or is told what is wrong with it, and nothing throws",
  PATIENCE,
  () => {
    const outcomes = new Set<boolean>();
    const bizosaas = catalogue
      .filter((platform) => platform.name === "bizosaas")
      .map((platform) => ({ ...platform, services: [...platform.services, ...tasks] }));
    const declarations = bizosaas.flatMap(({ services, datastores }) => [...services, ...datastores]);
    const choices = declarations.flatMap((declaration) =>
      places({ ...declaration, links: [], kind: undefined, engine: undefined })
        .filter(
          ([key]) => !["kind", "engine", "links", "language", "seeds", "uses", "evictionPolicy"].includes(key ?? ""),
        )
        .map((path) => ({ declaration, path, value: path.reduce<unknown>(step, declaration) }))
        .filter(({ value }) => typeof value === "number" || typeof value === "string"),
    );
    const wrong = fc
      .constantFrom(...choices)
      .chain((choice) => wrongValue(choice.value).map((value) => ({ ...choice, value })));
    fc.assert(
      fc.property(wrong, ({ declaration, path, value }) => {
        const broken = mutate(declaration, { kind: "set", path, value });
        const mutated = bizosaas.map((platform) => swap(platform, declaration, broken)) as PlatformDeclaration[];
        outcomes.add(expectStackOrIssues(mutated, values));
      }),
      { numRuns: RUNS },
    );
    expect([...outcomes].sort()).toEqual([false, true]);
  },
);

function step(data: unknown, key: string): unknown {
  if (Array.isArray(data)) return (data as readonly unknown[])[Number(key)];
  return isPlainObject(data) ? data[key] : undefined;
}

/** The same data with one object in it changed for another, wherever it stands. */
function swap(data: unknown, from: object, to: unknown, seen = new Map<unknown, unknown>()): unknown {
  if (data === from) return to;
  if (typeof data !== "object" || data === null) return data;
  const known = seen.get(data);
  if (known !== undefined) return known;
  const copy = Array.isArray(data)
    ? data.map((item) => swap(item, from, to, seen))
    : Object.fromEntries(Object.entries(data).map(([key, value]) => [key, swap(value, from, to, seen)]));
  seen.set(data, copy);
  return copy;
}
