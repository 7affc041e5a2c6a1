import { describe, expect, it } from "vitest";
import { platformObjects, shownAt, type Fact } from "./facts/fact.ts";
import { seed000 } from "./facts/seed-000.ts";
import { seed001 } from "./facts/seed-001.ts";
import { seed002 } from "./facts/seed-002.ts";
import { seed003 } from "./facts/seed-003.ts";
import { seed004 } from "./facts/seed-004.ts";

const seeds: readonly (readonly [seed: string, platform: string, facts: readonly Fact[]])[] = [
  ["000", "sophia", seed000],
  ["001", "draft-genie", seed001],
  ["002", "user-whisperer", seed002],
  ["003", "sophia", seed003],
  ["004", "bizosaas", seed004],
];

describe.each(seeds)("seed %s, in what %s renders to", (_seed, platform, facts) => {
  const objects = platformObjects(platform);
  it.each(facts)("line %d: %s (%s, %s)", (_line, _fact, object, path, expected) => {
    expect(shownAt(objects, object, path)).toEqual(expected);
  });
});

describe("what the seeds do not name", () => {
  it.each([
    ["sophia", 19],
    ["draft-genie", 5],
    ["user-whisperer", 7], // Kong is the seventh.
    ["bizosaas", 5],
  ])("is not in %s: it has %d services", (platform, count) => {
    const deployments = [...platformObjects(platform).keys()].filter((name) => name.startsWith("Deployment/"));
    expect(deployments).toHaveLength(count);
  });

  it("is no NodePort of BizOSaaS", () => {
    const objects = platformObjects("bizosaas");
    const services = [...objects.keys()].filter((name) => name.startsWith("Service/"));
    const nodePorts = services.map((name) => shownAt(objects, name, "spec.ports[*].nodePort"));
    expect(nodePorts.filter((port) => typeof port === "number").sort()).toEqual([30100, 30101, 30102, 30104, 30105]);
  });
});
