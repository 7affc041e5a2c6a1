import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";

const REPOSITORY = join(import.meta.dirname, "..", "..");
const NOT_SOURCES = /\/(node_modules|test|docs|\.git)$/;

let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "fleet-compiled-"));
  await cp(REPOSITORY, project, { recursive: true, filter: (path) => !NOT_SOURCES.test(path) });
  await symlink(join(REPOSITORY, "node_modules"), join(project, "node_modules"));
});
afterAll(() => rm(project, { recursive: true }));

const help = async () => (await execa("node", [join(project, "bin", "fleet.js"), "--help"])).stdout;

it("a command is never older than its sources", async () => {
  expect(await help()).toContain("Bring the stack up");
  const main = join(project, "delivery", "cli", "main.ts");
  await writeFile(main, (await readFile(main, "utf8")).replace("Bring the stack up", "Raise the stack"));
  expect(await help()).toContain("Raise the stack");
});

it("two that start at once after a change compile side by side", async () => {
  await writeFile(join(project, "model", "another.ts"), "export const another = 1;\n");
  const [one, other] = await Promise.all([help(), help()]);
  expect(one).toBe(other);
});
