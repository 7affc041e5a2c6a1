import { describe, expect, it } from "vitest";
import { imageTargets, objectTargets, removalTargets } from "../../../../delivery/engine/targets.ts";
import { DeployedStore } from "../../../../delivery/release/engine/deployed-store.ts";
import { deployedImages, imageKeys, pinnedImages, revisionsOf } from "../../../../delivery/release/engine/revisions.ts";
import { objectsOf, stableSide, withDeployed } from "../../../../delivery/release/engine/sides.ts";
import { renderStack } from "../../../../model/render/stack.ts";
import { DocumentMemory } from "../journal/document-memory.ts";
import { sidePlatform, sideStack } from "./release-stack.ts";

const nothing = { project: "fleet", state: [] };
const urn = (name: string, parent?: string) => ({
  urn: `urn:pulumi:dev::fleet::x::${name}`,
  ...(parent === undefined ? {} : { parent: `urn:pulumi:dev::fleet::x::${parent}` }),
});
const names = (urns: readonly string[]) => urns.map((one) => one.split("::").at(-1) ?? "");

describe("the sides of a release", () => {
  it("are the canary's own namespace, every service in it, and the platform's", () => {
    const { canary, services, release } = sidePlatform(0);
    expect(canary?.services.map(({ name }) => name).sort()).toEqual(services.map(({ name }) => name).sort());
    expect(new Set(canary?.services.map(({ namespace }) => namespace))).toEqual(new Set([release?.namespace]));
  });

  it.each([0, 10, 100])("are parted by the routes: %d %% to the canary", (weight) => {
    const weights = objectsOf(sideStack(weight), "bizosaas", ["route"]).map(({ object }) => {
      const { spec } = object as { spec?: { rules: { backendRefs: { namespace: string; weight: number }[] }[] } };
      return spec?.rules.at(-1)?.backendRefs.map((one) => [one.namespace, one.weight]);
    });
    expect(weights).not.toHaveLength(0);
    for (const one of weights) {
      expect(one).toEqual([
        ["bizosaas-dev", 100 - weight],
        ["bizosaas-canary", weight],
      ]);
    }
  });

  it("leave the stable objects as they are, whatever the canary's weight", () => {
    const stable = (weight?: number) =>
      objectsOf(sideStack(weight), "bizosaas", ["stable"]).map(({ logicalName, object }) => [logicalName, object]);
    expect(stable(10)).toEqual(stable(100));
    expect(stable(10)).toEqual(stable());
  });
});

describe("what a step of a release may touch", () => {
  it("is the routes alone when the traffic shifts", () => {
    const stack = sideStack(50);
    const touched = names(objectTargets(stack, objectsOf(stack, "bizosaas", ["route"]), nothing));
    expect(touched).toContain("bizosaas-crm-route-http-route");
    expect(touched).not.toContain("bizosaas-crm-deployment");
    expect(touched).not.toContain("bizosaas-canary-crm-deployment");
  });

  it("is nothing of the canary when the stable side is renewed", () => {
    const stack = sideStack(100);
    const touched = names(objectTargets(stack, objectsOf(stack, "bizosaas", ["stable"]), nothing));
    expect(touched).toContain("bizosaas-crm-deployment");
    expect(touched).not.toContain("bizosaas-canary-crm-deployment");
    expect(touched).not.toContain("bizosaas-crm-route-http-route");
  });

  it("is the images alone when they are built", () => {
    const stack = sideStack(0);
    const touched = names(imageTargets(stack, ["reference-workload"], nothing));
    expect(touched).toEqual(["fleet-dev", "image-reference-workload", "image-reference-workload-build"]);
  });

  it("is what the state has of the canary when that goes, and not its ground", () => {
    const gone = objectsOf(sideStack(0), "bizosaas", ["canary"]);
    const state = [
      urn("bizosaas-canary", "bizosaas"),
      urn("bizosaas-canary-namespace", "bizosaas-canary"),
      urn("bizosaas-canary-crm", "bizosaas"),
      urn("bizosaas-canary-crm-deployment", "bizosaas-canary-crm"),
      urn("bizosaas-crm-deployment", "bizosaas-crm"),
    ];
    expect(names(removalTargets(gone, renderStack(sideStack()), { project: "fleet", state }))).toEqual([
      "bizosaas-canary-crm",
      "bizosaas-canary-crm-deployment",
    ]);
  });
});

describe("the revisions of a release", () => {
  const stack = sideStack(0);
  const platform = sidePlatform(0);
  const state = [{ urn: "urn:pulumi:dev::fleet::x::image-reference-workload-build", repoDigest: "r.test/w@sha256:1" }];

  it("name each service's image by the digest that the engine has built", () => {
    const images = deployedImages(stack, state);
    expect(revisionsOf(platform, images)).toContainEqual({
      service: "crm",
      image: "r.test/w@sha256:1",
      configuration: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    });
  });

  it("change with a service's configuration", () => {
    const changed = {
      services: platform.services.map((service) =>
        service.name === "crm" ? { ...service, version: "2.0.0" } : service,
      ),
    };
    const before = revisionsOf(platform, {});
    const differing = revisionsOf(changed, {}).filter((one, index) => {
      return one.configuration !== before[index]?.configuration;
    });
    expect(differing.map(({ service }) => service)).toEqual(["crm"]);
  });
});

describe("what a release deployed", () => {
  const platform = sidePlatform(0);
  const images = Object.fromEntries(imageKeys(platform).map((key) => [key, `r.test/${key}@sha256:1`]));
  const deployed = { platform: stableSide(platform), images: pinnedImages(platform, images) };

  it("is remembered as it was, and brought back whatever the program says by then", async () => {
    const store = new DeployedStore(new DocumentMemory());
    await store.keep("r1", deployed, []);
    const kept = await store.read("bizosaas", "r1");
    if (!kept) throw new Error("It should have been kept.");
    const now = sideStack(0);
    const changed = {
      ...now,
      platforms: now.platforms.map((one) => ({
        ...one,
        services: one.services.map((service) => ({ ...service, version: "9.9.9" })),
      })),
    };
    const restored = withDeployed(changed, kept);
    const objects = (stack: typeof now) => objectsOf(stack, "bizosaas", ["stable", "route"]);
    expect(objects(restored)).toEqual(objects(now));
    expect(restored.images["reference-workload"]).toEqual({
      kind: "pinned",
      reference: "r.test/reference-workload@sha256:1",
    });
  });

  it("holds no secret's value, and fits a ConfigMap many times over", async () => {
    const memory = new DocumentMemory();
    await new DeployedStore(memory).keep("r1", deployed, []);
    const [document] = memory.documents.values();
    expect(document?.bytes?.length).toBeLessThan(100 * 1024);
    expect(JSON.stringify(deployed)).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY/);
  });

  it("is forgotten with the oldest releases, unless a rollback may need it", async () => {
    const memory = new DocumentMemory();
    const store = new DeployedStore(memory);
    for (let release = 1; release <= 30; release += 1) await store.keep(`r${release}`, deployed, ["r1"]);
    expect(memory.documents.size).toBeLessThanOrEqual(24);
    expect(await store.read("bizosaas", "r1")).toBeDefined();
    expect(await store.read("bizosaas", "r30")).toBeDefined();
  });
});
