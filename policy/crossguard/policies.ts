import type { Policies, ReportViolation } from "@pulumi/policy";
import { evaluateObject, evaluateStack, formatViolation, type Circumstances, type Violation } from "../evaluate.ts";
import { describeObject } from "../kubernetes-object.ts";
import { levelIn, type Level, type Rule } from "../rule.ts";
import { kubernetesObject } from "./kubernetes-resource.ts";

type EnforcedLevel = Exclude<Level, "disabled">;

/**
 * The rules as CrossGuard policies.
 *
 * CrossGuard wants a policy's level before it says which stack it is for; a rule whose level varies is therefore two
 * policies, `NAME` and `NAME-advisory`, of which each keeps silent in the stacks of the other.
 */
export function crossGuardPolicies(rules: readonly Rule[], today: () => string): Policies {
  return rules.flatMap((rule) =>
    levelsOf(rule).map((level) => {
      const policy = {
        name: level === "advisory" && levelsOf(rule).length > 1 ? `${rule.name}-advisory` : rule.name,
        description: rule.risk,
        remediationSteps: rule.fix,
        enforcementLevel: level,
        framework: { name: "fleet", version: "1", reference: rule.source, specification: rule.source },
      };
      return rule.scope === "object"
        ? {
            ...policy,
            validateResource: ({ urn, ...resource }: PolicyResource, report: ReportViolation) => {
              const object = kubernetesObject(resource);
              const circumstances = { stack: stackOf(urn), today: today() };
              if (object) tell(evaluateObject(rule, object, circumstances), level, report);
            },
          }
        : {
            ...policy,
            validateStack: ({ resources }: { resources: readonly PolicyResource[] }, report: ReportViolation) => {
              const [first] = resources;
              if (!first) return;
              const found = resources.flatMap(({ urn, ...resource }) => {
                const object = kubernetesObject(resource);
                return object ? [{ object, urn }] : [];
              });
              const urns = new Map(found.map(({ object, urn }) => [describeObject(object), urn]));
              const objects = found.map(({ object }) => object);
              const circumstances: Circumstances = { stack: stackOf(first.urn), today: today() };
              tell(evaluateStack(rule, objects, circumstances), level, report, urns);
            },
          };
    }),
  );
}

interface PolicyResource {
  readonly type: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
}

function levelsOf(rule: Rule): readonly EnforcedLevel[] {
  return (["mandatory", "advisory"] as const).filter((level) =>
    (["dev", "staging", "prod"] as const).some((stack) => levelIn(rule.levels, stack) === level),
  );
}

/** Reports the violations of one level, each against its own object where the policy is about the whole stack. */
function tell(
  violations: readonly Violation[],
  level: EnforcedLevel,
  report: ReportViolation,
  urns: ReadonlyMap<string, string> = new Map(),
): void {
  for (const violation of violations) {
    if (violation.level === level) report(formatViolation(violation), urns.get(violation.object));
  }
}

/** The stack in a URN: `urn:pulumi:STACK::PROJECT::TYPE::NAME`. */
function stackOf(urn: string): string {
  return /^urn:pulumi:([^:]+)::/.exec(urn)?.[1] ?? "";
}
