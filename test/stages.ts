/** What `make test` runs, in order: what is quick and finds most comes first. A failed stage ends the run. */
export const stages: readonly (readonly [name: string, command: readonly string[]])[] = [
  ["format", ["prettier", "--check", "--log-level", "warn", "."]],
  ["lint", ["eslint", "."]],
  ["types", ["tsc", "--noEmit"]],
  ["unit", ["vitest", "run", "--project", "unit"]],
  ["workflows", ["vitest", "run", "--project", "workflows"]],
  ["engine", ["vitest", "run", "--project", "engine"]],
  ["scan", ["vitest", "run", "--project", "scan"]],
  ["cluster", ["vitest", "run", "--project", "cluster"]],
];
