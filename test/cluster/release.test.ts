import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import type { UpResult } from "../../delivery/cli/commands/up.ts";
import type { ReleaseReport } from "../../delivery/release/report/report.ts";
import { Clone, type StackConfig } from "./clone.ts";
import { requestsDuring, type Answers } from "./requests-during.ts";

const NODE_PORT = 30080;
const DOMAIN = "bizosaas.localhost";

let clone: Clone;

beforeAll(async () => {
  clone = await Clone.create();
  await clone.keepOnly("bizosaas");
  const up = await withCrm({}, () => clone.json<UpResult>(["up"]));
  expect(up).toMatchObject({ exitCode: 0, output: { health: { outcome: "healthy" } } });
});

describe("a release of BizOSaaS under load", () => {
  it("goes through every stage, and no request fails", async () => {
    const { run, answers } = await released({ version: "1.1.0" });
    tell("good release", run.output, answers);
    expect(run.exitCode).toBe(0);
    expect(run.output.stages.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual([
      "build passed",
      "canary passed",
      "migration skipped",
      "synthetics passed",
      "rollout passed",
      "readiness passed",
    ]);
    expect(run.output.stages.filter(({ withinLimit }) => !withinLimit)).toEqual([]);
    expect(run.output.weights.map(({ weight }) => weight)).toEqual([0, 25, 100, 0]);
    expect(answers.failures).toEqual([]);
    expect(answers.versions["1.1.0"]).toBeGreaterThan(0);
    expect((await requestsDuring(crm, sleep(500))).versions).toEqual({ "1.1.0": expect.any(Number) as number });
  });

  it("goes back on its own when the canary answers with errors, and names the measure", async () => {
    const fault = { kind: "errors", rate: 0.5, status: 503 };
    const { run, answers } = await released({
      version: "1.2.0",
      environment: { REFERENCE_FAULT: JSON.stringify(fault) },
    });
    tell("bad canary", run.output, answers);
    expect(run.exitCode).toBe(1);
    expect(run.output).toMatchObject({ outcome: "rolledBack", previous: { version: "good" } });
    expect(run.output.verdict).toMatch(/of the canary's answers are errors/);
    expect(run.output.weights.at(-1)?.weight).toBe(0);
    const after = await requestsDuring(crm, sleep(1_000));
    expect([after.failures, Object.keys(after.versions)]).toEqual([[], ["1.1.0"]]);
  });

  it("is resumed by another process after it was killed, with no weight left in between", async () => {
    const killed = await withCrm({ version: "1.3.0" }, async () => {
      const running = clone.start(["release", "--interval", "1", "--metrics", "none", "--name", "killed"]);
      await seen(running, "100 % of the requests");
      running.kill("SIGKILL");
      await running;
      return clone.json<ReleaseReport>(["release", "resume"]);
    });
    tell("killed and resumed", killed.output);
    expect(killed).toMatchObject({ exitCode: 0, output: { outcome: "done" } });
    expect(killed.output.weights.at(-1)?.weight).toBe(0);
    const again = await withCrm({ version: "1.3.0" }, () => clone.json<UpResult>(["up"]));
    expect(Object.keys(again.output.changes)).toEqual(["same"]);
  });

  it("is undone by hand, to the verified release before", async () => {
    const { run, answers } = await underLoad(["rollback"]);
    tell("rollback by hand", run.output, answers);
    expect(run).toMatchObject({ exitCode: 0, output: { outcome: "rolledBack", previous: { version: "good" } } });
    expect(answers.failures).toEqual([]);
    expect(Object.keys((await requestsDuring(crm, sleep(1_000))).versions)).toEqual(["1.1.0"]);
  });
});

const crm = { port: NODE_PORT, host: `crm.${DOMAIN}`, path: "/leads" };

/** Runs something with settings of the CRM in the stack file, behind the gateway. */
function withCrm<T>(settings: Record<string, unknown>, story: () => Promise<T>): Promise<T> {
  return clone.withStackFile((config: StackConfig) => {
    config["fleet:gateway"] = {
      implementation: { kind: "gatewayApi", className: "traefik" },
      controllerNamespace: "gateway",
      port: 8000,
      nodePort: NODE_PORT,
    };
    const { bizosaas } = config["fleet:platforms"];
    bizosaas["route"] = { domain: DOMAIN };
    // At a tenth the requests of this machine would take minutes to tell errors apart.
    bizosaas["release"] = { steps: [25, 100] };
    bizosaas.services = { crm: settings };
  }, story);
}

function released(settings: Record<string, unknown>) {
  const name = settings["environment"] === undefined ? "good" : "bad";
  return withCrm(settings, () => underLoad(["release", "--interval", "4", "--name", name]));
}

async function underLoad(args: readonly string[]) {
  const running = clone.json<ReleaseReport>(args);
  const answers = await requestsDuring(crm, running);
  return { run: await running, answers };
}

/** Waits until a command has printed something on its way. */
async function seen(running: ReturnType<Clone["start"]>, text: string): Promise<void> {
  for await (const line of running.iterable({ from: "stderr" })) if (line.includes(text)) return;
  throw new Error(`It ended without "${text}".`);
}

function tell(what: string, { stages, verdict }: ReleaseReport, answers?: Answers): void {
  const took = stages.map(({ stage, seconds }) => `${stage} ${seconds} s`).join(", ");
  const load = answers ? ` ${JSON.stringify(answers.versions)}, ${answers.failures.length} failed` : "";
  console.log(`${what}: ${took};${load}; ${verdict}`);
}
