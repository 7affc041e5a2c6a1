import { execa } from "execa";
import Table from "cli-table3";
import { stages } from "./stages.ts";

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !stages.some(([stage]) => stage === name));
if (unknown.length > 0) {
  console.error(`There is no stage ${unknown.join(", ")}.\n  stages: ${stages.map(([stage]) => stage).join(", ")}`);
  process.exit(3);
}
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
