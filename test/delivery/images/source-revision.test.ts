import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { beforeEach, describe, expect, it } from "vitest";
import { sourceRevision } from "../../../delivery/images/source-revision.ts";

let root = "";
const git = async (...args: readonly string[]) => {
  const author = ["-c", "user.name=test", "-c", "user.email=test@fleet.test", "-c", "commit.gpgsign=false"];
  return (await execa("git", [...author, ...args], { cwd: root })).stdout;
};
const revisionOf = (folder: string) => sourceRevision(join(root, folder), new AbortController().signal);

async function commit(file: string): Promise<string> {
  await writeFile(join(root, file), Math.random().toString());
  await git("add", "--all");
  await git("commit", "--quiet", "--message", `change ${file}`);
  return git("rev-parse", "HEAD");
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "fleet-revision-"));
  await mkdir(join(root, "crm"));
  await mkdir(join(root, "identity"));
});

describe("the revision of an image's source", () => {
  it("is the last commit that touches its folder, not the repository's last", async () => {
    await git("init", "--quiet", "--initial-branch", "feature/x");
    const crm = await commit("crm/main.py");
    await commit("identity/main.py");
    expect(await revisionOf("crm")).toEqual({ commit: crm, branch: "feature/x", dirty: false });
  });

  it("is dirty by what stands in the folder alone", async () => {
    await git("init", "--quiet");
    await commit("crm/main.py");
    await commit("identity/main.py");
    await writeFile(join(root, "identity/new.py"), "");
    expect((await revisionOf("crm"))?.dirty).toBe(false);
    expect((await revisionOf("identity"))?.dirty).toBe(true);
  });

  it("has no branch where a commit is checked out", async () => {
    await git("init", "--quiet");
    const crm = await commit("crm/main.py");
    await git("checkout", "--quiet", "--detach");
    expect(await revisionOf("crm")).toEqual({ commit: crm, dirty: false });
  });

  it("is none outside of a repository, before the first commit, and for what was never committed", async () => {
    expect(await revisionOf("crm")).toBeUndefined();
    await git("init", "--quiet");
    expect(await revisionOf("crm")).toBeUndefined();
    await commit("identity/main.py");
    expect(await revisionOf("crm")).toBeUndefined();
  });
});
