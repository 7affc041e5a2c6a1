import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { buildGoTool, type GoTool } from "../../../toolchain/go/build.ts";
import type { ProgressEvent } from "../../../toolchain/progress.ts";

const pause: GoTool = { module: "pause", packages: ["."], version: "v1" };

let cache = "";

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "fleet-go-"));
  vi.stubEnv("XDG_CACHE_HOME", cache);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true, force: true });
});

it("builds a tool once when two commands want it at the same time, and leaves nothing else in the cache", async () => {
  const steps: ProgressEvent[] = [];
  const build = () => buildGoTool(pause, (event) => steps.push(event));
  const [first, second] = await Promise.all([build(), build()]);
  expect(second).toBe(first);
  expect(await readdir(first)).toEqual(["pause"]);
  expect(steps.filter(({ step, status }) => step === "Building pause v1" && status === "started")).toHaveLength(1);
  expect(await readdir(join(first, ".."))).toHaveLength(1);
});
