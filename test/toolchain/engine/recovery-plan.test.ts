import { expect, test } from "vitest";
import { recoveryPlan, repairedState } from "../../../toolchain/engine/recovery-plan.ts";

const urn = (type: string, name: string) => `urn:pulumi:dev::fleet::fleet:index:Platform$${type}::${name}`;
const nothingRuns = () => false;

test("a stack that was left in order needs nothing", () => {
  expect(recoveryPlan([], [], nothingRuns)).toEqual({ unlock: false, adopt: [], forget: [] });
});

test("the lock of an ended process has to go", () => {
  expect(recoveryPlan([{ pid: 4711, hostname: "here" }], [], nothingRuns).unlock).toBe(true);
});

test("a running update is named, whatever other locks there are", () => {
  const locks = [
    { pid: 1, hostname: "here" },
    { pid: 4711, hostname: "here" },
  ];
  expect(recoveryPlan(locks, [], ({ pid }) => pid === 4711).runningPid).toBe(4711);
});

test("a Kubernetes object whose creation was not recorded is read back under the id that its inputs give", () => {
  const deployment = urn("kubernetes:apps/v1:Deployment", "brain");
  const namespace = urn("kubernetes:core/v1:Namespace", "ns");
  const pending = [
    { type: "creating", urn: deployment, inputs: { metadata: { name: "brain", namespace: "bizosaas" } } },
    { type: "creating", urn: namespace, inputs: { metadata: { name: "bizosaas" } } },
  ];
  expect(recoveryPlan([], pending, nothingRuns).adopt).toEqual([
    { urn: deployment, id: "bizosaas/brain" },
    { urn: namespace, id: "bizosaas" },
  ]);
});

test("a random value or an image that was not recorded is forgotten, and made again by the next update", () => {
  const password = urn("random:index/randomPassword:RandomPassword", "password");
  const pending = [{ type: "creating", urn: password, inputs: { length: 24 } }];
  expect(recoveryPlan([], pending, nothingRuns)).toEqual({ unlock: false, adopt: [], forget: [password] });
});

test("interrupted updates and deletions are left to the engine, which repeats them", () => {
  const pending = [
    { type: "updating", urn: urn("kubernetes:core/v1:Service", "s"), inputs: { metadata: { name: "s" } } },
  ];
  expect(recoveryPlan([], pending, nothingRuns)).toEqual({ unlock: false, adopt: [], forget: [] });
});

test("the repaired state has the adopted object behind all others, and nothing pending", () => {
  const [ns, web, password] = [{ urn: "ns" }, { urn: "web" }, { urn: "password" }];
  const state = { manifest: 1, resources: [ns], pending_operations: [{ resource: web }, { resource: password }] };
  expect(repairedState(state, { adopt: [{ urn: "web", id: "shop/web" }] })).toEqual({
    manifest: 1,
    resources: [ns, { urn: "web", id: "shop/web" }],
    pending_operations: [],
  });
});

test("an object that was being replaced takes the place of its deleted predecessor, never of a living one", () => {
  const plan = { adopt: [{ urn: "web", id: "shop/web" }] };
  const pending_operations = [{ resource: { urn: "web" } }];
  const gone = { urn: "web", id: "old", pendingReplacement: true };
  const living = { urn: "web", id: "old" };
  expect(repairedState({ resources: [gone], pending_operations }, plan).resources).toEqual([
    { urn: "web", id: "shop/web" },
  ]);
  expect(repairedState({ resources: [living], pending_operations }, plan).resources).toEqual([living]);
});
