import { describe, expect, it } from "vitest";
import { overlay, type PlainObject } from "../../../model/overlay.ts";
import { resolveOwn } from "../../model/stack-fixtures.ts";
import { compared, deploymentWith, emptyStack, objectOf, snapshotFrom } from "./snapshot-fixtures.ts";

const ofCrm = (settings: PlainObject) => (values: Record<string, unknown>) => ({
  ...overlay(values, { platforms: { bizosaas: { services: { crm: settings } } } }),
});

describe("one changed port in production", () => {
  const stack = compared(snapshotFrom(resolveOwn("prod")), snapshotFrom(resolveOwn("prod", ofCrm({ port: 9004 }))), {
    sources: {
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
  });

  it("names exactly the objects that depend on it", () => {
    expect(stack.subjects.map(({ subject, objects }) => [subject, objects.map(({ path }) => path)])).toEqual([
      [
        "bizosaas/crm",
        [
          "bizosaas/ConfigMap-bizosaas-crm.yaml",
          "bizosaas/Deployment-bizosaas-crm.yaml",
          "bizosaas/Ingress-bizosaas-crm.yaml",
          "bizosaas/NetworkPolicy-bizosaas-crm.yaml",
          "bizosaas/Service-bizosaas-crm.yaml",
        ],
      ],
      [
        "bizosaas/frontend",
        [
          "bizosaas/ConfigMap-bizosaas-frontend.yaml",
          "bizosaas/Deployment-bizosaas-frontend.yaml",
          "bizosaas/NetworkPolicy-bizosaas-frontend.yaml",
        ],
      ],
    ]);
  });

  it("blames the declared line, and follows the link from there", () => {
    expect(stack.subjects.map(({ causes }) => causes)).toEqual([
      [{ kind: "declaration", file: "services/bizosaas/crm.ts", line: 13, what: "port", removed: false }],
      [{ kind: "follows", subject: "bizosaas/crm" }],
    ]);
  });

  it("restarts the pods of both, and reaches whoever links to them", () => {
    expect(stack.subjects.flatMap(({ effects }) => effects.map(({ kind, object }) => [kind, object]))).toEqual([
      ["restarts", "Deployment bizosaas-crm"],
      ["restarts", "Deployment bizosaas-frontend"],
    ]);
    expect(stack.blastRadius).toEqual([
      { subject: "bizosaas/crm", dependants: [{ subject: "bizosaas/frontend", required: false }] },
    ]);
  });

  it("breaks no rule, adds no migration and asks for nothing more", () => {
    expect(stack.rules).toEqual({ broken: [], mended: [] });
    expect(stack.migrations).toEqual([]);
    expect(stack.requests.after).toEqual(stack.requests.before);
  });
});

it("two equal stacks differ in nothing", () => {
  const stack = snapshotFrom(resolveOwn("dev"));
  expect(compared(stack, stack)).toMatchObject({ change: "unchanged", subjects: [], blastRadius: [] });
});

describe("what an update will do", () => {
  const effects = (before: PlainObject, after: PlainObject) =>
    compared(
      { ...emptyStack("dev"), objects: [objectOf(before)] },
      { ...emptyStack("dev"), objects: [objectOf(after)] },
    ).subjects.flatMap((subject) => subject.effects.map(({ kind, reason }) => `${kind}: ${reason}`));
  const statefulSet = (spec: PlainObject): PlainObject => ({ kind: "StatefulSet", metadata: { name: "db" }, spec });

  it("replaces an object whose immutable field differs", () => {
    const claims = (size: string) => statefulSet({ volumeClaimTemplates: [{ metadata: { name: "data" }, size }] });
    expect(effects(claims("1Gi"), claims("2Gi"))).toEqual([
      "replaces: spec.volumeClaimTemplates cannot change in place",
    ]);
  });

  it("interrupts a datastore that has one pod, and a Deployment that is recreated", () => {
    const template = (image: string) => statefulSet({ replicas: 1, template: { spec: { containers: [{ image }] } } });
    expect(effects(template("a"), template("b"))).toEqual(["interrupts: its only pod restarts in place"]);
    const recreated = (image: string) => deploymentWith({ image }, { strategy: { type: "Recreate" } });
    expect(effects(recreated("a"), recreated("b"))).toEqual(["interrupts: the old pod goes before the new one comes"]);
  });

  it("restarts nothing for a number of replicas", () => {
    expect(effects(deploymentWith({}, { replicas: 1 }), deploymentWith({}, { replicas: 2 }))).toEqual([]);
  });

  it("warns where a volume goes", () => {
    const claim = objectOf({ kind: "PersistentVolumeClaim", metadata: { name: "models" } });
    const [subject] = compared({ ...emptyStack("dev"), objects: [claim] }, emptyStack("dev")).subjects;
    expect(subject?.effects).toEqual([
      { kind: "losesData", object: "PersistentVolumeClaim models", reason: "what it holds goes with it" },
    ]);
  });
});

describe("an image that is built anew", () => {
  const image = {
    text: "r/cart@<digest>",
    context: "docker/cart",
    dockerfile: "docker/node/Dockerfile",
    arguments: {},
  };
  const stack = { ...emptyStack("dev"), objects: [objectOf(deploymentWith({ image: image.text }))], images: [image] };

  it.each(["docker/cart/src/main.ts", "docker/node/Dockerfile"])("restarts its pods when %s differs", (file) => {
    const { subjects } = compared(stack, stack, { sources: { declarations: [], settings: [], files: [file] } });
    expect(subjects).toMatchObject([
      {
        subject: "shop/cart",
        lines: [{ text: "image is built anew" }],
        causes: [{ kind: "file", file }],
        effects: [{ kind: "restarts" }],
        objects: [],
      },
    ]);
  });

  it("restarts its pods when it is built on another base", () => {
    const rebased = { ...stack, images: [{ ...image, arguments: { BASE_IMAGE: "node:22" } }] };
    expect(compared(stack, rebased).subjects.map(({ subject }) => subject)).toEqual(["shop/cart"]);
  });

  it("is left alone by a file beside its folder", () => {
    const sources = { declarations: [], settings: [], files: ["docker/cartography/main.ts", "docker/README.md"] };
    expect(compared(stack, stack, { sources }).change).toBe("unchanged");
  });
});

describe("rules and migrations", () => {
  const violation = (rule: string) => ({
    rule,
    level: "mandatory" as const,
    object: "Deployment shop/cart",
    path: "spec",
    problem: "is wrong",
    fix: "mend it",
  });

  it("tells rules newly broken from rules mended, and a rule that is new", () => {
    const before = { ...emptyStack("dev"), rules: ["probes", "limits"], violations: [violation("probes")] };
    const after = {
      ...emptyStack("dev"),
      rules: ["probes", "limits", "owners"],
      violations: [violation("limits"), violation("owners")],
    };
    const { rules, change } = compared(before, after);
    expect(rules.broken.map(({ rule, newRule }) => [rule, newRule])).toEqual([
      ["limits", false],
      ["owners", true],
    ]);
    expect(rules.mended.map(({ rule }) => rule)).toEqual(["probes"]);
    expect(change).toBe("changed");
  });

  it("tells a migration that is new from one that may have run already", () => {
    const migrations = (files: Record<string, string>) => ({
      ...emptyStack("dev"),
      migrations: [{ platform: "shop", database: "db", files }],
    });
    expect(
      compared(migrations({ "1.sql": "a", "2.sql": "b" }), migrations({ "2.sql": "c", "3.sql": "d" })).migrations,
    ).toEqual([
      { file: "migrations/shop/1.sql", database: "shop/db", change: "removed" },
      { file: "migrations/shop/2.sql", database: "shop/db", change: "changed" },
      { file: "migrations/shop/3.sql", database: "shop/db", change: "added" },
    ]);
  });
});

it("a stack that the base could not resolve counts as new, and says so", () => {
  const before = { resolved: false as const, stack: "dev", problem: "1 problem found" };
  const after = { ...emptyStack("dev"), objects: [objectOf(deploymentWith({}))] };
  expect(compared(before as never, after)).toMatchObject({
    unresolvedBase: "1 problem found",
    subjects: [{ subject: "shop/cart", change: "added" }],
  });
});
