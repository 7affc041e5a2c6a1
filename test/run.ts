import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { execa } from "execa";
import Table from "cli-table3";
import type { JsonTestResults } from "vitest/node";
import { stages } from "./stages.ts";

/** The first lines of a failure tell what it is; the whole of it stands further up. */
const FAILURE_LINES = 6;

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !stages.some(([stage]) => stage === name));
if (unknown.length > 0) {
  console.error(`There is no stage ${unknown.join(", ")}.\n  stages: ${stages.map(([stage]) => stage).join(", ")}`);
  process.exit(3);
}
const reports = await mkdtemp(join(tmpdir(), "fleet-test-"));
const times: [string, string, string][] = [];
let failed = false;
let failures: readonly string[] = [];
for (const [name, [program = "", ...args]] of stages) {
  if (failed || (chosen.length > 0 && !chosen.includes(name))) continue;
  console.log(`\n── ${name}: ${program} ${args.join(" ")}`);
  const started = performance.now();
  const report = join(reports, `${name}.json`);
  const reporters =
    program === "vitest" ? ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`] : [];
  const { exitCode } = await execa(program, [...args, ...reporters], {
    stdio: "inherit",
    preferLocal: true,
    reject: false,
  });
  failed = exitCode !== 0;
  if (failed && program === "vitest") failures = await failedTests(report);
  times.push([name, failed ? "failed" : "passed", `${((performance.now() - started) / 1000).toFixed(1)} s`]);
}
await rm(reports, { recursive: true });

const table = new Table({ head: ["Stage", "Outcome", "Time"], style: { head: [], border: [], compact: true } });
table.push(...times);
console.log(`\n${table.toString()}`);
// Last, since the end of a long log is what is read, and often all that is kept.
for (const failure of failures) console.log(`\n✗ ${failure}`);
process.exitCode = failed ? 1 : 0;

async function failedTests(report: string): Promise<readonly string[]> {
  const text = await readFile(report, "utf8").catch(() => undefined);
  if (text === undefined) return [];
  const { testResults } = JSON.parse(text) as JsonTestResults;
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const tests = assertionResults.filter((test) => test.status === "failed");
    if (tests.length === 0) return status === "failed" ? [`${file}\n${firstLines(message)}`] : [];
    return tests.map(
      ({ fullName, failureMessages }) => `${file}: ${fullName}\n${firstLines(failureMessages?.join("\n") ?? "")}`,
    );
  });
}

function firstLines(text: string): string {
  return text
    .split("\n")
    .slice(0, FAILURE_LINES)
    .map((line) => `    ${line}`)
    .join("\n");
}
