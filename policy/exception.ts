import type { Issue } from "../model/issue.ts";
import type { Rule } from "./rule.ts";

/** Leave to break one rule in one object, for a while. */
export interface Exception {
  readonly rule: string;
  /** The object as reports name it: `Deployment bizosaas/bizosaas-crm`. */
  readonly object: string;
  /** The stacks it holds in. */
  readonly stacks: readonly string[];
  readonly reason: string;
  /** Who answers for it: a person or a team. */
  readonly owner: string;
  /** The last day it holds, as `2027-01-31` (UTC). From the next day on the rule is broken again. */
  readonly expires: string;
}

/** Exceptions last at most a year: then somebody has to think again. */
const LONGEST_DAYS = 366;

const DAY_MS = 86_400_000;

/** Whether an exception still holds. `today` as `2026-11-21`. */
export function isInForce(exception: Exception, today: string): boolean {
  return exception.expires >= today;
}

/** Everything that is wrong with the exceptions themselves. The unit tests allow no issue, so an expired one stops them. */
export function exceptionIssues(
  exceptions: readonly Exception[],
  rules: readonly Rule[],
  today: string,
): readonly Issue[] {
  return exceptions.flatMap((exception, index) => {
    const issue = (field: keyof Exception, problem: string, allowed: string, fix: string): Issue => ({
      path: `policy/exceptions.ts[${index}].${field}`,
      problem,
      value: exception[field],
      allowed,
      fix,
    });
    const blank = (["object", "reason", "owner"] as const)
      .filter((field) => exception[field].trim() === "")
      .map((field) => issue(field, "is empty", "a few words", `say the ${field}`));
    const rule = rules.some(({ name }) => name === exception.rule)
      ? []
      : [issue("rule", "there is no such rule", "the name of a rule in policy/registry.ts", "correct the name")];
    return [...blank, ...rule, ...expiryIssues(exception, today, issue)];
  });
}

function expiryIssues(
  { expires }: Exception,
  today: string,
  issue: (field: keyof Exception, problem: string, allowed: string, fix: string) => Issue,
): readonly Issue[] {
  const allowed = `a day as 2027-01-31, at most ${LONGEST_DAYS} days ahead`;
  const time = /^\d{4}-\d{2}-\d{2}$/.test(expires) ? Date.parse(`${expires}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time)) return [issue("expires", "is not a day", allowed, "write the day")];
  if (expires < today) return [issue("expires", "has expired", allowed, "mend the object, or renew the exception")];
  const days = (time - Date.parse(`${today}T00:00:00Z`)) / DAY_MS;
  return days > LONGEST_DAYS ? [issue("expires", "is too far ahead", allowed, "choose an earlier day")] : [];
}
