import { execa } from "execa";
import Table from "cli-table3";
import { measure, type Measurement } from "./measure.ts";

/** Each size in a process of its own, so that none has another's memory or warmth. */
const SIZES = [35, 100, 300, 1000];
const MEBIBYTE = 2 ** 20;

interface Outcome extends Measurement {
  readonly heapMib: number;
  readonly rssMib: number;
}

async function main(): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const size of SIZES) {
    const { stdout } = await execa(process.execPath, [...process.execArgv, import.meta.filename, String(size)]);
    outcomes.push(JSON.parse(stdout) as Outcome);
  }
  const [smallest] = outcomes;
  if (!smallest) return;
  const table = new Table({
    head: [
      "Services",
      "Objects",
      "Resolve ms",
      "Render ms",
      "YAML ms",
      "All ms",
      "ms a service",
      "vs linear",
      "Heap MiB",
      "RSS MiB",
    ],
    colAligns: Array.from({ length: 10 }, () => "right" as const),
    style: { head: [], border: [] },
  });
  const all = ({ resolveMs, renderMs, yamlMs }: Measurement) => resolveMs + renderMs + yamlMs;
  for (const outcome of outcomes) {
    const perService = all(outcome) / outcome.services;
    const linear = perService / (all(smallest) / smallest.services);
    table.push([
      outcome.services,
      outcome.objects,
      ...[outcome.resolveMs, outcome.renderMs, outcome.yamlMs, all(outcome)].map((ms) => ms.toFixed(0)),
      perService.toFixed(2),
      linear.toFixed(2),
      outcome.heapMib.toFixed(0),
      outcome.rssMib.toFixed(0),
    ]);
  }
  console.log(table.toString());
  console.log(`"vs linear": time a service, against the stack of ${smallest.services}; 1 is linear, below is better.`);
}

function measureHere(size: number): Outcome {
  const measurement = measure(size);
  const { heapUsed } = process.memoryUsage();
  return { ...measurement, heapMib: heapUsed / MEBIBYTE, rssMib: process.resourceUsage().maxRSS / 1024 };
}

const size = process.argv[2];
if (size === undefined) await main();
else console.log(JSON.stringify(measureHere(Number(size))));
