import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What requests came to: how many answers each version gave, and every failure. */
export interface Answers {
  readonly versions: Record<string, number>;
  readonly failures: string[];
}

/** Where requests go: a host behind the gateway's port of the loopback interface. */
export interface Target {
  readonly port: number;
  readonly host: string;
  readonly path: string;
}

const WORKERS = 8;
/** Between two requests of one worker, in milliseconds: enough of them to compare, and the machine has other work. */
const PAUSE = 20;

/** Sends requests through the gateway for as long as something else takes. */
export async function requestsDuring(target: Target, work: Promise<unknown>): Promise<Answers> {
  const agent = new Agent({ keepAlive: true, maxSockets: WORKERS });
  const answers: Answers = { versions: {}, failures: [] };
  const over = new AbortController();
  const done = work.then(
    () => {
      over.abort();
    },
    () => {
      over.abort();
    },
  );
  await Promise.all(Array.from({ length: WORKERS }, () => ask(target, agent, answers, over.signal)));
  await done;
  agent.destroy();
  return answers;
}

async function ask(target: Target, agent: Agent, { versions, failures }: Answers, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    try {
      const version = await one(target, agent);
      versions[version] = (versions[version] ?? 0) + 1;
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
    await sleep(PAUSE);
  }
}

function one({ port, host, path }: Target, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { agent, host: "127.0.0.1", port, path, headers: { Host: host }, timeout: 10_000 };
    const asked = request(options, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => {
        if (response.statusCode !== 200) reject(new Error(`HTTP ${response.statusCode ?? 0}: ${body.slice(0, 120)}`));
        else resolve((JSON.parse(body) as { readonly version: string }).version);
      });
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer within 10 s")));
    asked.on("error", reject);
    asked.end();
  });
}
