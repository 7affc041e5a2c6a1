import { describe, expect, it } from "vitest";
import { imagePlaceholder } from "../../model/placeholder.ts";
import { evaluate, formatViolation } from "../../policy/evaluate.ts";
import type { Exception } from "../../policy/exception.ts";
import { exceptions as listed } from "../../policy/exceptions.ts";
import { exceptionIssues } from "../../policy/exception.ts";
import { registry } from "../../policy/registry.ts";
import { formatPath, levelIn, type Rule } from "../../policy/rule.ts";
import { UNKNOWN } from "../../policy/unknown-value.ts";
import { configMap, deployment, service } from "./objects.ts";

const today = "2026-11-21";

function rules(...names: string[]): readonly Rule[] {
  return registry.filter(({ name }) => names.includes(name));
}

const byDigest = rules("image-by-digest");
const tagged = [deployment({ image: "cart:1.2.3" })];

describe("a violation", () => {
  it("names the object, the place, the problem, the value and the fix", () => {
    const [violation] = evaluate(tagged, { stack: "prod", today }, byDigest);
    expect(violation && formatViolation(violation)).toBe(
      'Deployment shop/cart: spec.template.spec.containers[0].image is not named by its digest ("cart:1.2.3")\n' +
        "  fix: build the image through the stack, or pin it: image: { kind: pinned, repository, digest }",
    );
  });

  it("never carries a secret, whatever is wrong with it", () => {
    const objects = [
      configMap({ DB_PASSWORD: "hunter2", URL: "postgres://a:hunter2@db/x", "a.yaml": "token: hunter2" }),
      deployment({ args: ["--token", "hunter2"], env: [{ name: "API_KEY", value: "hunter2" }] }),
    ];
    const violations = evaluate(objects, { stack: "prod", today });
    expect(violations.filter(({ rule }) => rule.startsWith("no-plaintext"))).toHaveLength(5);
    expect(JSON.stringify(violations)).not.toContain("hunter2");
  });

  it("comes before the advice", () => {
    const violations = evaluate(tagged, { stack: "prod", today }, rules("priority-class", "image-by-digest"));
    expect(violations.map(({ level }) => level)).toEqual(["mandatory", "advisory"]);
  });
});

describe("a rule's level", () => {
  const nodePorts = rules("no-node-port");
  const exposed = [service({ type: "NodePort" })];

  it("lets the local cluster open NodePorts and refuses them elsewhere", () => {
    expect(evaluate(exposed, { stack: "dev", today }, nodePorts)).toEqual([]);
    expect(evaluate(exposed, { stack: "staging", today }, nodePorts)).toHaveLength(1);
  });

  it("is production's for a stack that nobody has thought of", () => {
    expect(levelIn({ dev: "disabled", staging: "advisory", prod: "mandatory" }, "demo")).toBe("mandatory");
  });
});

describe("a value that the engine does not know yet", () => {
  it.each([UNKNOWN, imagePlaceholder("cart")])("is nothing that an image could be blamed for: %j", (image) => {
    expect(evaluate([deployment({ image })], { stack: "prod", today }, byDigest)).toEqual([]);
  });

  it("excuses what stands inside it", () => {
    const resources = UNKNOWN as never;
    expect(evaluate([deployment({ resources })], { stack: "prod", today }, rules("requests-and-limits"))).toEqual([]);
  });

  it("is no excuse for a variable whose name says that it is secret", () => {
    const objects = [deployment({ env: [{ name: "DB_PASSWORD", value: UNKNOWN }] }), configMap({ TOKEN: UNKNOWN })];
    expect(evaluate(objects, { stack: "prod", today }).filter(({ rule }) => rule.startsWith("no-plain"))).toHaveLength(
      2,
    );
  });

  it("makes no rule fall over, wherever in a pod it stands", () => {
    const spec = { containers: UNKNOWN, volumes: UNKNOWN, securityContext: UNKNOWN, initContainers: [UNKNOWN] };
    const broken = { ...deployment(), spec: { template: { spec } } } as unknown as ReturnType<typeof deployment>;
    expect(() => evaluate([broken], { stack: "prod", today })).not.toThrow();
  });
});

describe("an exception", () => {
  const exception: Exception = {
    rule: "image-by-digest",
    object: "Deployment shop/cart",
    stacks: ["staging"],
    reason: "the vendor's registry serves no digests",
    owner: "platform team",
    expires: "2026-12-31",
  };
  const judge = (stack: string, day: string) =>
    evaluate(tagged, { stack, today: day, exceptions: [exception] }, byDigest);

  it("holds for its object in its stacks, to the end of its last day", () => {
    expect(judge("staging", "2026-12-31")).toEqual([]);
    expect(judge("prod", "2026-12-31")).toHaveLength(1);
  });

  it("lets the rule be broken again on the day after, and says whose it was", () => {
    const [violation] = judge("staging", "2027-01-01");
    expect(violation && formatViolation(violation)).toContain(
      "exception of platform team expired on 2026-12-31: the vendor's registry serves no digests",
    );
  });

  it.each([
    [{}, []],
    [{ expires: "2026-11-20" }, ["policy/exceptions.ts[0].expires has expired"]],
    [{ expires: "2028-01-01" }, ["policy/exceptions.ts[0].expires is too far ahead"]],
    [{ expires: "soon" }, ["policy/exceptions.ts[0].expires is not a day"]],
    [{ reason: " ", owner: "" }, ["policy/exceptions.ts[0].reason is empty", "policy/exceptions.ts[0].owner is empty"]],
    [{ rule: "no-such-rule" }, ["policy/exceptions.ts[0].rule there is no such rule"]],
  ])("with %j is told off for it", (change, told) => {
    const issues = exceptionIssues([{ ...exception, ...change }], registry, today);
    expect(issues.map(({ path, problem }) => `${path} ${problem}`)).toEqual(told);
  });

  it("in force today is in order", () => {
    expect(exceptionIssues(listed, registry, new Date().toISOString().slice(0, 10))).toEqual([]);
  });
});

describe("a path", () => {
  it("quotes names that hold dots", () => {
    expect(formatPath(["metadata", "labels", "app.kubernetes.io/name"])).toBe(
      'metadata.labels["app.kubernetes.io/name"]',
    );
  });
});
