import { expect, test } from "vitest";
import {
  awaitTimeout,
  propagationPolicy,
  readinessRule,
  skipsDeletion,
} from "../../../../toolchain/providers/kubernetes/await/rules.ts";
import { waitForRule } from "../../../../toolchain/providers/kubernetes/await/wait-for.ts";
import { around, condition } from "./objects.ts";

const annotated = (annotations: Record<string, string>, kind = "Deployment", apiVersion = "apps/v1") => ({
  apiVersion,
  kind,
  metadata: { name: "a", annotations },
});

test("pulumi.com/skipAwait ends the wait, also for the deletion of what allows it", () => {
  const skipping = annotated({ "pulumi.com/skipAwait": "true" });
  expect(readinessRule(skipping)).toBeUndefined();
  expect(skipsDeletion(skipping)).toBe(true);
  expect(skipsDeletion(annotated({ "pulumi.com/skipAwait": "true" }, "ConfigMap", "v1"))).toBe(false);
  expect(readinessRule(annotated({}))?.timeoutSeconds).toBe(600);
});

test("a kind without a rule is not waited for, unless pulumi.com/waitFor says what for", () => {
  expect(readinessRule(annotated({}, "ConfigMap", "v1"))).toBeUndefined();
  expect(readinessRule(annotated({ "pulumi.com/waitFor": "condition=Ready" }, "Thing", "a.b/v1"))).toBeDefined();
});

test("customTimeouts win over pulumi.com/timeoutSeconds, which wins over the default", () => {
  const object = annotated({ "pulumi.com/timeoutSeconds": "30" });
  expect(awaitTimeout(object, 5, 600)).toBe(5);
  expect(awaitTimeout(object, 0, 600)).toBe(30);
  expect(awaitTimeout(annotated({}), 0, 600)).toBe(600);
});

test("dependents are deleted first unless the annotation says otherwise", () => {
  expect(propagationPolicy(annotated({}))).toBe("Foreground");
  expect(propagationPolicy(annotated({ "pulumi.com/deletionPropagationPolicy": "background" }))).toBe("Background");
});

const thing = { status: { phase: "Running", conditions: [condition("Ready", "True"), condition("Stalled", "False")] } };

test.each([
  ["condition=Ready", true],
  ["condition=Stalled", false],
  ["condition=Stalled=False", true],
  ["jsonpath={.status.phase}=Running", true],
  ["jsonpath={.status.phase}=Failed", false],
  ["jsonpath={.status.phase}", true],
  ["jsonpath={.status.address}", false],
  ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', true],
  ['["condition=Ready", "jsonpath={.status.phase}=Running"]', true],
  ['["condition=Ready", "condition=Stalled"]', false],
])("pulumi.com/waitFor: %s holds: %s", (expression, holds) => {
  expect(waitForRule(expression).assess(thing, around()).state).toBe(holds ? "ready" : "waiting");
});

test("pulumi.com/waitFor says what it is still missing, and refuses what it cannot read", () => {
  expect(waitForRule("condition=Synced").assess(thing, around())).toMatchObject({
    reasons: ["not met: condition=Synced"],
  });
  expect(() => waitForRule("Ready")).toThrow(/"Ready" is neither "condition=Type"/);
  expect(() => waitForRule("[]")).toThrow(/JSON list/);
});
