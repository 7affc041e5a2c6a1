import type { SnapshotViolation, StackSnapshot } from "./snapshot.ts";

/** A violation that came or went. */
export interface RuleChange {
  readonly rule: string;
  readonly level: SnapshotViolation["level"];
  /** `Deployment bizosaas/bizosaas-crm`. */
  readonly object: string;
  readonly path: string;
  readonly problem: string;
  readonly fix: string;
  /** True where the base did not have the rule: the object may have been like that before. */
  readonly newRule: boolean;
}

/** Rules newly broken, and rules that were broken and are not any more. Each side is judged by its own rules. */
export function ruleChanges(
  before: StackSnapshot | undefined,
  after: StackSnapshot,
): { readonly broken: readonly RuleChange[]; readonly mended: readonly RuleChange[] } {
  const old = before?.violations ?? [];
  const known = new Set(before?.rules ?? after.rules);
  return {
    broken: missingFrom(old, after.violations).map((one) => ruleChange(one, !known.has(one.rule))),
    mended: missingFrom(after.violations, old).map((one) => ruleChange(one, false)),
  };
}

function missingFrom(
  there: readonly SnapshotViolation[],
  here: readonly SnapshotViolation[],
): readonly SnapshotViolation[] {
  const present = new Set(there.map(identity));
  return here.filter((violation) => !present.has(identity(violation)));
}

function identity({ rule, level, object, path, problem }: SnapshotViolation): string {
  return JSON.stringify([rule, level, object, path, problem]);
}

function ruleChange({ rule, level, object, path, problem, fix }: SnapshotViolation, newRule: boolean): RuleChange {
  return { rule, level, object, path, problem, fix, newRule };
}
