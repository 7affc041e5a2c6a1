import { isInForce, type Exception } from "./exception.ts";
import { exceptions as listedExceptions } from "./exceptions.ts";
import { describeObject, type KubernetesObject } from "./kubernetes-object.ts";
import { registry } from "./registry.ts";
import { formatPath, levelIn, type Finding, type Level, type ObjectRule, type Rule, type StackRule } from "./rule.ts";
import { isUnsettled } from "./unknown-value.ts";

/** A rule broken by an object, with all that a person needs to mend it. */
export interface Violation {
  readonly rule: string;
  readonly level: Exclude<Level, "disabled">;
  /** `Deployment bizosaas/bizosaas-crm`. */
  readonly object: string;
  /** `spec.template.spec.containers[0].image`; empty where the whole object is meant. */
  readonly path: string;
  readonly problem: string;
  /** The offending value, never a secret. */
  readonly value?: unknown;
  readonly risk: string;
  readonly source: string;
  readonly fix: string;
  /** An exception that no longer holds. */
  readonly expired?: Exception;
}

/** Under what circumstances objects are judged. */
export interface Circumstances {
  readonly stack: string;
  /** The day, as `2026-11-21` (UTC): exceptions expire. */
  readonly today: string;
  /** Default: policy/exceptions.ts. */
  readonly exceptions?: readonly Exception[];
}

/** Judges objects by every rule. Mandatory violations come first; those with an exception in force are left out. */
export function evaluate(
  objects: readonly KubernetesObject[],
  circumstances: Circumstances,
  rules: readonly Rule[] = registry,
): readonly Violation[] {
  const violations = rules.flatMap((rule) =>
    rule.scope === "stack"
      ? evaluateStack(rule, objects, circumstances)
      : objects.flatMap((object) => evaluateObject(rule, object, circumstances)),
  );
  return [...violations].sort((a, b) => rank(a) - rank(b));
}

function rank({ level }: Violation): number {
  return level === "mandatory" ? 0 : 1;
}

/** Judges one object by one rule. */
export function evaluateObject(
  rule: ObjectRule,
  object: KubernetesObject,
  circumstances: Circumstances,
): readonly Violation[] {
  if (levelIn(rule.levels, circumstances.stack) === "disabled") return [];
  return rule.check(object).flatMap((finding) => violation(rule, object, finding, circumstances));
}

/** Judges all objects of a stack by one rule. */
export function evaluateStack(
  rule: StackRule,
  objects: readonly KubernetesObject[],
  circumstances: Circumstances,
): readonly Violation[] {
  if (levelIn(rule.levels, circumstances.stack) === "disabled") return [];
  return rule.check(objects).flatMap((finding) => violation(rule, finding.object, finding, circumstances));
}

function violation(
  rule: Rule,
  object: KubernetesObject,
  finding: Finding,
  { stack, today, exceptions = listedExceptions }: Circumstances,
): readonly Violation[] {
  const level = levelIn(rule.levels, stack);
  if (level === "disabled") return [];
  if (finding.regardlessOfValue !== true && isUnsettled(object, finding.path)) return [];
  const name = describeObject(object);
  const matching = exceptions.filter(
    (exception) => exception.rule === rule.name && exception.object === name && exception.stacks.includes(stack),
  );
  if (matching.some((exception) => isInForce(exception, today))) return [];
  const expired = matching[0];
  const { risk, source, fix } = rule;
  return [
    {
      rule: rule.name,
      level,
      object: name,
      path: formatPath(finding.path),
      problem: finding.problem,
      ...(finding.value === undefined ? {} : { value: finding.value }),
      risk,
      source,
      fix,
      ...(expired ? { expired } : {}),
    },
  ];
}

/** One violation in a line: object, place, problem, value; then how to mend it, and whose exception ran out. */
export function formatViolation({ object, path, problem, value, fix, expired }: Violation): string {
  const place = path === "" ? object : `${object}: ${path}`;
  const shown = value === undefined ? "" : ` (${JSON.stringify(value)})`;
  const lapsed = expired ? `\n  exception of ${expired.owner} expired on ${expired.expires}: ${expired.reason}` : "";
  return `${place} ${problem}${shown}\n  fix: ${fix}${lapsed}`;
}
