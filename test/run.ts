import { execa } from "execa";
import Table from "cli-table3";

/** What `make test` runs, in order: what is quick and finds most comes first. A failed stage ends the run. */
const stages: readonly (readonly [name: string, command: readonly string[]])[] = [
  ["format", ["prettier", "--check", "--log-level", "warn", "."]],
  ["lint", ["eslint", "."]],
  ["types", ["tsc", "--noEmit"]],
  ["unit", ["vitest", "run", "--project", "unit"]],
  ["engine", ["vitest", "run", "--project", "engine"]],
  ["scan", ["vitest", "run", "--project", "scan"]],
  ["cluster", ["vitest", "run", "--project", "cluster"]],
];

const chosen = process.argv.slice(2);
const times: [string, string, string][] = [];
let failed = false;
for (const [name, [program = "", ...args]] of stages) {
  if (failed || (chosen.length > 0 && !chosen.includes(name))) continue;
  console.log(`\n── ${name}: ${program} ${args.join(" ")}`);
  const started = performance.now();
  const { exitCode } = await execa(program, args, { stdio: "inherit", preferLocal: true, reject: false });
  failed = exitCode !== 0;
  times.push([name, failed ? "failed" : "passed", `${((performance.now() - started) / 1000).toFixed(1)} s`]);
}

const table = new Table({ head: ["Stage", "Outcome", "Time"], style: { head: [], border: [] } });
table.push(...times);
console.log(`\n${table.toString()}`);
process.exitCode = failed ? 1 : 0;
