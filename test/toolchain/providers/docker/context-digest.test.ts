import { chmod, mkdir, mkdtemp, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { contextDigest } from "../../../../toolchain/providers/docker/context-digest.ts";

let context = "";
const digest = () => contextDigest(context, join(context, "Dockerfile"));

beforeEach(async () => {
  context = await mkdtemp(join(tmpdir(), "fleet-context-"));
  await mkdir(join(context, "node_modules"));
  await writeFile(join(context, "Dockerfile"), "FROM scratch\nCOPY main.js /\n");
  await writeFile(join(context, "main.js"), "1");
  await writeFile(join(context, ".dockerignore"), "node_modules\n*.log\n");
});

test("unchanged sources have the same digest", async () => {
  expect(await digest()).toBe(await digest());
});

test("a changed content, name, permission or Dockerfile changes it", async () => {
  const seen = new Set([await digest()]);
  await writeFile(join(context, "main.js"), "2");
  seen.add(await digest());
  await chmod(join(context, "main.js"), 0o755);
  seen.add(await digest());
  await rename(join(context, "main.js"), join(context, "index.js"));
  seen.add(await digest());
  await writeFile(join(context, "Dockerfile"), "FROM scratch\n");
  seen.add(await digest());
  expect(seen.size).toBe(5);
});

test("what .dockerignore leaves out does not", async () => {
  const before = await digest();
  await writeFile(join(context, "node_modules", "a.js"), "x");
  await writeFile(join(context, "debug.log"), "x");
  expect(await digest()).toBe(before);
});

test("what an exception lets in again does", async () => {
  await writeFile(join(context, ".dockerignore"), "node_modules\n!node_modules/kept.js\n");
  const before = await digest();
  await writeFile(join(context, "node_modules", "kept.js"), "x");
  expect(await digest()).not.toBe(before);
});
