/** One problem with what somebody wrote, told so that they can mend it without reading our code. */
export interface Issue {
  /** Where it is, as a property path in the stack file or the catalogue: `fleet:platforms.bizosaas.services.crm.port`. */
  readonly path: string;
  /** What is wrong, in a short clause. */
  readonly problem: string;
  /** The offending value, never a secret. Left out where nothing was given. */
  readonly value?: unknown;
  /** What would be accepted. */
  readonly allowed: string;
  /** What to do about it. */
  readonly fix: string;
}

/** A value, or every reason why there is none. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly Issue[] };

/** All issues as text for a terminal: a headline, then one paragraph an issue, ordered by path. */
export function formatIssues(issues: readonly Issue[]): string {
  const ordered = [...issues].sort((a, b) => a.path.localeCompare(b.path));
  const count = ordered.length === 1 ? "1 problem" : `${ordered.length} problems`;
  return [`${count} found; nothing was changed.`, ...ordered.map(formatIssue)].join("\n\n");
}

function formatIssue(issue: Issue): string {
  const given = issue.value === undefined ? [] : [`  value:   ${JSON.stringify(issue.value)}`];
  return [`✗ ${issue.path}: ${issue.problem}`, ...given, `  allowed: ${issue.allowed}`, `  fix:     ${issue.fix}`].join(
    "\n",
  );
}
