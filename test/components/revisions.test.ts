import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleGit, type SimpleGit } from "simple-git";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readRevisions } from "../../components/revisions.ts";
import type { ResolvedImage } from "../../model/resolve/resolved.ts";

// Git takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const built = (context: string): ResolvedImage => ({
  kind: "build",
  repository: "r.test/x",
  context,
  dockerfile: "docker/node/Dockerfile",
  arguments: {},
  platforms: [],
});

let root = "";
let git: SimpleGit;

async function commit(path: string, text = path): Promise<string> {
  await mkdir(join(root, path, ".."), { recursive: true });
  await writeFile(join(root, path), text);
  await git.add(".");
  await git.commit(`Write ${path}`);
  return (await git.revparse("HEAD")).trim();
}

const revisionOf = async (context: string) => (await readRevisions(root, { x: built(context) }))[context];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "fleet-revisions-"));
  git = simpleGit(root);
  await git.init(["--initial-branch=main"]);
  await git.addConfig("user.name", "test").addConfig("user.email", "test@example.test");
});

afterEach(() => rm(root, { recursive: true, force: true }));

describe("the revision of a source", () => {
  it("is the last commit that touches its folder, whatever other folders have seen since", async () => {
    const first = await commit("cart/main.py");
    const other = await commit("till/main.js");
    expect(await revisionOf("cart")).toEqual({ commit: first, branch: "main", dirty: false });
    expect(await revisionOf("till")).toEqual({ commit: other, branch: "main", dirty: false });
    const second = await commit("cart/main.py", "changed");
    expect(await revisionOf("cart")).toEqual({ commit: second, branch: "main", dirty: false });
  });

  it.each(["main.py", "new.py"])("is dirty while %s in it is not committed, and only there", async (file) => {
    await commit("cart/main.py");
    await commit("till/main.js");
    await writeFile(join(root, "cart", file), "not committed");
    expect(await revisionOf("cart")).toMatchObject({ dirty: true });
    expect(await revisionOf("till")).toMatchObject({ dirty: false });
  });

  it("has no branch where a commit is checked out", async () => {
    const only = await commit("cart/main.py");
    await git.checkout(["--detach"]);
    expect(await revisionOf("cart")).toEqual({ commit: only, dirty: false });
  });

  it("is none for a folder that was never committed, nor in a repository without commits", async () => {
    await mkdir(join(root, "cart"));
    await writeFile(join(root, "cart", "main.py"), "");
    expect(await revisionOf("cart")).toBeUndefined();
    await commit("till/main.js");
    await mkdir(join(root, "new"));
    expect(await revisionOf("new")).toBeUndefined();
  });

  it("is none outside of any repository, and of a folder that is not there", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "fleet-no-repository-"));
    expect(await revisionOf(elsewhere)).toBeUndefined();
    expect(await revisionOf(join(elsewhere, "gone"))).toBeUndefined();
    await rm(elsewhere, { recursive: true });
  });
});
