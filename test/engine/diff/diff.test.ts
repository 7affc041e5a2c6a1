import { execa } from "execa";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Difference } from "../../../delivery/diff/difference.ts";
import { machineSlowness } from "../../machine-speed.ts";

const REPOSITORY = join(import.meta.dirname, "..", "..", "..");

let folder: string;
let clone: string;

const git = (...args: readonly string[]) =>
  execa("git", ["-c", "user.name=test", "-c", "user.email=test@test.invalid", ...args], { cwd: clone });

const fleet = (...args: readonly string[]) =>
  execa("node", [join(clone, "bin", "fleet.js"), ...args], {
    cwd: clone,
    reject: false,
    env: { FLEET_STATE_DIR: join(folder, "state"), TMPDIR: join(folder, "tmp") },
  });

const differences = async () => JSON.parse((await fleet("diff", "--base", "HEAD", "--json")).stdout) as Difference;

/** Changes one file as a person would. */
async function edit(file: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(join(clone, file), "utf8");
  expect(change(text)).not.toBe(text);
  await writeFile(join(clone, file), change(text));
}

const otherPort = (text: string) => text.replace("port: 8004", "port: 9004");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleet-diff-test-"));
  clone = join(folder, "clone");
  await mkdir(join(folder, "tmp"));
  const { stdout } = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: REPOSITORY,
  });
  for (const file of stdout.split("\n").filter((one) => !one.startsWith("test/"))) {
    await mkdir(dirname(join(clone, file)), { recursive: true });
    await cp(join(REPOSITORY, file), join(clone, file));
  }
  await symlink(join(REPOSITORY, "node_modules"), join(clone, "node_modules"));
  await git("init", "--quiet", "--initial-branch=main");
  // Ignored as a folder, and here it is a link.
  await writeFile(join(clone, ".git", "info", "exclude"), "/node_modules\n");
  await git("add", "--all");
  await git("commit", "--quiet", "--message=base");
});

afterEach(async () => {
  await git("checkout", "--quiet", "--force", "main");
  await git("clean", "--quiet", "--force", "-d");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("fleet diff", () => {
  it("exits with 0 and says so where nothing changes", async () => {
    const { exitCode, stdout } = await fleet("diff", "--base", "HEAD");
    expect([exitCode, stdout]).toEqual([0, "Nothing changes in any stack against HEAD."]);
  });

  // Again if it was slower: the machine may have been busy with something else.
  it("names exactly the objects of one changed port, in all stacks, within five seconds", { retry: 2 }, async () => {
    await git("checkout", "--quiet", "--force", "main");
    await edit("services/bizosaas/crm.ts", otherPort);
    const slowness = await machineSlowness();
    const started = performance.now();
    const { exitCode, stdout } = await fleet("diff", "--base", "HEAD", "--json");
    expect((performance.now() - started) / 1000).toBeLessThan(5 * slowness);
    expect(exitCode).toBe(2);

    const { stacks } = JSON.parse(stdout) as Difference;
    const line = otherPortLine(await readFile(join(clone, "services/bizosaas/crm.ts"), "utf8"));
    for (const { stack, subjects } of stacks) {
      const ingress = stack === "dev" ? [] : ["Ingress"];
      expect(subjects.map(({ subject, objects }) => [subject, objects.map(({ kind }) => kind)])).toEqual([
        ["bizosaas/crm", ["ConfigMap", "Deployment", ...ingress, "NetworkPolicy", "Service"]],
        ["bizosaas/frontend", ["ConfigMap", "Deployment", "NetworkPolicy"]],
      ]);
      expect(subjects.map(({ causes }) => causes)).toEqual([
        [{ kind: "declaration", file: "services/bizosaas/crm.ts", line, what: "port", removed: false }],
        [{ kind: "follows", subject: "bizosaas/crm" }],
      ]);
    }
    expect(stacks.map(({ stack }) => stack)).toEqual(["dev", "staging", "prod"]);
  });

  it("blames a setting in one stack, and leaves the others alone", async () => {
    await edit("Pulumi.prod.yaml", (text) => text.replace("limit: 4Gi", "limit: 6Gi"));
    const { stacks } = await differences();
    expect(stacks.map(({ stack, change }) => [stack, change])).toEqual([
      ["dev", "unchanged"],
      ["staging", "unchanged"],
      ["prod", "changed"],
    ]);
    expect(stacks[2]?.subjects).toMatchObject([
      {
        subject: "bizosaas/ai-orchestrator",
        lines: [{ text: "memory limit 4Gi → 6Gi" }],
        causes: [{ kind: "setting", what: "fleet:platforms.bizosaas.services.ai-orchestrator.resources.memory.limit" }],
      },
    ]);
  });

  it("shows that a secret is another one, and nothing of what it is or was", async () => {
    const secret = (text: string) => (file: string) =>
      file.replace(
        "config:\n",
        `config:\n  fleet:secrets:\n    bizosaas:\n      OPENAI_API_KEY: { secure: "${text}" }\n`,
      );
    await edit("Pulumi.staging.yaml", secret("v1:AAAABBBB:ciphertext-one"));
    await git("commit", "--quiet", "--all", "--message=a secret");
    expect((await fleet("diff", "--base", "HEAD")).exitCode).toBe(0);

    await edit("Pulumi.staging.yaml", (text) => text.replace("ciphertext-one", "ciphertext-two"));
    const out = join(folder, "secret");
    const { stdout } = await fleet("diff", "--base", "HEAD", "--out", out);
    await git("reset", "--quiet", "--hard", "HEAD~1");
    expect(stdout).toContain("secret OPENAI_API_KEY has a new value");
    expect(stdout).toMatch(/why: Pulumi\.staging\.yaml:\d+ secrets\.bizosaas\.OPENAI_API_KEY/);
    const files = await readdir(out);
    const written = await Promise.all(files.map((file) => readFile(join(out, file), "utf8")));
    expect(files.sort()).toEqual([".fleet-output", "diff.json", "diff.md", "diff.txt", "manifests.diff"]);
    expect(written.join("\n")).not.toMatch(/ciphertext|AAAABBBB/);
  });

  it("never shows a secret that somebody writes in the clear, and says which rule that breaks", async () => {
    await edit("services/bizosaas/ai-orchestrator.ts", (text) =>
      text.replace("environment: {", 'environment: { API_TOKEN: "hunter2hunter2",'),
    );
    const out = join(folder, "clear");
    const { stdout } = await fleet("diff", "--base", "HEAD", "--out", out);
    expect(stdout).toContain("no-plaintext-secret-in-config-map (mandatory)");
    for (const file of await readdir(out)) {
      expect(await readFile(join(out, file), "utf8")).not.toContain("hunter2");
    }
  });

  it("tells pods that restart because their image is built anew, though no object differs", async () => {
    await edit("docker/redis/Dockerfile", (text) => `${text}\nLABEL changed=1\n`);
    const { stacks } = await differences();
    expect(stacks[0]?.subjects.find(({ subject }) => subject === "bizosaas/redis")).toMatchObject({
      lines: [{ text: "image is built anew" }],
      effects: [{ kind: "interrupts", object: "StatefulSet bizosaas-redis" }],
      causes: [{ kind: "file", file: "docker/redis/Dockerfile" }],
      objects: [],
    });
  });

  it("compares with where the branch left its base, not with what came there later", async () => {
    await git("checkout", "--quiet", "-b", "feature");
    await git("checkout", "--quiet", "main");
    await edit("services/bizosaas/crm.ts", otherPort);
    await git("commit", "--quiet", "--all", "--message=later on main");
    await git("checkout", "--quiet", "feature");
    const { exitCode } = await fleet("diff", "--base", "main");
    await git("branch", "--quiet", "--force", "main", "feature");
    expect(exitCode).toBe(0);
  });

  it.each<[string, readonly string[], RegExp]>([
    ["a base that git does not know", ["--base", "nowhere"], /git knows no commit "nowhere"[^]*fix:/],
    ["an option in the place of a base", ["--base=--output=x"], /git knows no commit "--output=x"/],
  ])("exits with 1 for %s, without a stack trace", async (_what, args, message) => {
    const { exitCode, stdout, stderr } = await fleet("diff", ...args);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n +at /);
  });

  it("exits with 1 and every issue where the branch does not resolve", async () => {
    await edit("Pulumi.prod.yaml", (text) => text.replace("limit: 4Gi", "limit: lots"));
    const { exitCode, stderr } = await fleet("diff", "--base", "HEAD");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("The stack prod: 2 problems found");
  });

  it("exits with 1 and says what to do where the base is too old to tell what it renders", async () => {
    await git("rm", "--quiet", "delivery/cli/commands/snapshot.ts");
    await git("commit", "--quiet", "--message=older");
    await git("checkout", "--quiet", "HEAD~1", "--", "delivery/cli/commands/snapshot.ts");
    const { exitCode, stderr } = await fleet("diff", "--base", "HEAD");
    await git("reset", "--quiet", "--hard", "HEAD~1");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/is older than `fleet snapshot`[^]*fix: compare with a later commit/);
  });

  it("leaves nothing behind in the folder for temporary files", async () => {
    expect((await readdir(join(folder, "tmp"))).filter((name) => name.startsWith("fleet-base-"))).toEqual([]);
  });
});

function otherPortLine(text: string): number {
  return text.split("\n").findIndex((line) => line.includes("port: 9004")) + 1;
}
