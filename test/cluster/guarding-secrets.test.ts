import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { clusterLayout, clusterPaths } from "../../toolchain/cluster/layout.ts";
import { machinePaths } from "../../toolchain/paths.ts";
import { leaksIn } from "../delivery/secrets/leaks.ts";
import { Clone, whatCommandsPrinted } from "./clone.ts";

const NAMESPACE = "bizosaas-dev";

let clone: Clone;
/** Every password and key that any story before saw valid, by name. */
let secrets: Readonly<Record<string, string>>;

beforeAll(async () => {
  clone = await Clone.create();
  await clone.keepOnly("bizosaas");
  expect((await clone.fleet(["up"])).exitCode).toBe(0);
  secrets = await passwords("before");
});

describe("rotating a generated password", () => {
  it("never parts a service from its database; in the end the new login works and the old one does not", async () => {
    const before = await login();
    expect(await accepted(before)).toBe(true);

    const asked = databaseStatesUntilStopped("http://localhost:30104/health");
    const rotated = await clone.json<{ outcome: string; generation: number }>([
      "secrets",
      "rotate",
      "bizosaas.POSTGRES_APP_PASSWORD",
    ]);
    const states = await asked.stop();
    console.log(`  rotation: ${rotated.seconds.toFixed(1)} s, asked ${states.length} times`);
    expect(rotated).toMatchObject({ exitCode: 0, output: { outcome: "rotated", generation: 2 } });
    expect(states.length).toBeGreaterThan(20);
    expect(new Set(states)).toEqual(new Set(["connected"]));

    const after = await login();
    expect(after).not.toBe(before);
    expect([await accepted(before), await accepted(after)]).toEqual([false, true]);
    secrets = { ...secrets, ...(await passwords("after")) };
  });
});

describe("no secret of the stack", () => {
  it("is missed by the search: the Secrets themselves are full of them", async () => {
    const known = await passwords("now");
    const leaks = leaksIn(await kubectl(["get", "secrets", "-o", "yaml"]), known);
    expect(new Set(leaks.map(({ secret }) => secret)).size).toBe(Object.keys(known).length);
  });

  it.each([
    ["render", "--stack", "dev"],
    ["inventory"],
    ["graph"],
    ["drift"],
    ["audit"],
    ["secrets", "list"],
    ["preview", "--diff"],
    ["preview", "--verbose", "9"],
  ])("is in what `fleet %s %s %s` prints", async (...args) => {
    const { stdout, stderr } = await clone.fleet(args.filter((word) => word !== ""));
    expect(leaksIn(stdout + stderr, secrets)).toEqual([]);
    expect((stdout + stderr).length).toBeGreaterThan(20);
  });

  it("is in anything that a command printed in the stories before: updates, failures with their dossiers, reports", async () => {
    const printed = await whatCommandsPrinted();
    expect(["rolloutFailed", "crashLoop", "CRM"].filter((known) => !printed.includes(known))).toEqual([]);
    expect(leaksIn(printed, secrets)).toEqual([]);
  });

  it("is in the engine's state or one of its backups", async () => {
    const files = await everyFile(join(machinePaths().state, "pulumi"));
    expect(files.filter(({ path }) => path.includes("backups")).length).toBeGreaterThan(0);
    for (const { path, text } of files) expect([path, leaksIn(text, secrets)]).toEqual([path, []]);
  });

  it("is in events, pods, workloads, jobs or configuration in the cluster", async () => {
    const kinds = "events,pods,deployments,statefulsets,replicasets,jobs,cronjobs,configmaps";
    expect(leaksIn(await kubectl(["get", kinds, "-o", "yaml"]), secrets)).toEqual([]);
  });
});

/** Asks a service for its health, about ten times a second, until told to stop; answers what was said of its database. */
function databaseStatesUntilStopped(url: string): { readonly stop: () => Promise<readonly string[]> } {
  const stopped = new AbortController();
  const asking = (async () => {
    const states: string[] = [];
    while (!stopped.signal.aborted) {
      const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
      const { dependencies } = (await answer.json()) as { dependencies: Readonly<Record<string, string>> };
      states.push(dependencies["database"] ?? "not told");
      await sleep(100);
    }
    return states;
  })();
  return {
    stop: () => {
      stopped.abort();
      return asking;
    },
  };
}

/** The connection string that CRM has now. */
async function login(): Promise<string> {
  return decoded(await kubectl(["get", "secret", "bizosaas-crm", "-o", "jsonpath={.data.DATABASE_URL}"]));
}

/** Whether PostgreSQL lets somebody in by this connection string. */
async function accepted(url: string): Promise<boolean> {
  const here = new URL(url);
  here.hostname = "127.0.0.1";
  const { exitCode } = await execa(
    `${bin}/kubectl`,
    [
      ...["--kubeconfig", kubeconfig, "-n", NAMESPACE, "exec", "bizosaas-postgres-0", "--"],
      ...["psql", here.href, "-qtAc", "SELECT 1"],
    ],
    { reject: false },
  );
  return exitCode === 0;
}

/** Every password in the namespace, also those inside of connection strings and lists of users. */
async function passwords(when: string): Promise<Readonly<Record<string, string>>> {
  const { items } = JSON.parse(await kubectl(["get", "secrets", "-o", "json"])) as {
    items: readonly { metadata: { name: string }; data?: Record<string, string> }[];
  };
  const found = items.flatMap(({ metadata, data = {} }) =>
    Object.entries(data).flatMap(([key, value]) =>
      innermost(decoded(value)).map((secret, index) => [`${metadata.name} ${key} ${index} ${when}`, secret] as const),
    ),
  );
  return Object.fromEntries(found);
}

function innermost(text: string): readonly string[] {
  const inUrl = [...text.matchAll(/:\/\/[^:\s]*:([^@\s]{8,})@/g)].map(([, password = ""]) => password);
  const inUsers = [...text.matchAll(/ >(\S{8,})/g)].map(([, password = ""]) => password);
  if (inUrl.length + inUsers.length > 0) return [...inUrl, ...inUsers];
  return /^\S{16,}$/.test(text) ? [text] : [];
}

async function everyFile(folder: string): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (path) => ({ path, text: await readFile(path, "utf8") })));
}

function decoded(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}

const { bin, kubeconfig } = clusterPaths(clusterLayout);

async function kubectl(args: readonly string[]): Promise<string> {
  return (await execa(`${bin}/kubectl`, ["--kubeconfig", kubeconfig, "-n", NAMESPACE, ...args])).stdout;
}
