import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tagImages } from "../../../delivery/images/tag-images.ts";
import { digestOf, openRepository } from "../../../delivery/registry/repository.ts";
import type { ResolvedImage } from "../../../model/resolve/resolved.ts";
import { pushImage, startRegistry, type RunningRegistry } from "./registry.ts";

let registry: RunningRegistry;
let root = "";
let commit = "";

beforeAll(async () => {
  registry = await startRegistry();
  root = await mkdtemp(join(tmpdir(), "fleet-tags-"));
  await mkdir(join(root, "crm"));
  await writeFile(join(root, "crm/main.py"), "");
  const git = async (...args: readonly string[]) => (await execa("git", args, { cwd: root })).stdout;
  await git("init", "--quiet", "--initial-branch", "main");
  await git("add", "--all");
  await git("-c", "user.name=test", "-c", "user.email=t@fleet.test", "commit", "--quiet", "--message", "crm");
  commit = await git("rev-parse", "HEAD");
});
afterAll(() => registry.stop());

const build = (context: string): ResolvedImage => ({
  kind: "build",
  repository: `${registry.address}/${context}`,
  context,
  dockerfile: "docker/python/Dockerfile",
  arguments: {},
});

const tag = (built: Readonly<Record<string, string>>) =>
  tagImages({ images: { crm: build("crm") }, built, root, signal: new AbortController().signal });

async function digestAt(name: string): Promise<string> {
  const manifest = await openRepository({ registry: registry.address, repository: "crm" }).manifest(name);
  return manifest ? digestOf(manifest) : "none";
}

describe("an image that a stack has built", () => {
  it("gets its source's commit and branch for tags, in the registry and without a build", async () => {
    const { digest, reference } = await pushImage(registry.address, "crm", [Buffer.from("one")]);
    expect(await tag({ crm: reference })).toEqual([]);
    expect(await digestAt("main")).toBe(digest);
    expect(await digestAt(commit.slice(0, 12))).toBe(digest);
  });

  it("takes the tags over from the image before", async () => {
    const { digest, reference } = await pushImage(registry.address, "crm", [Buffer.from("two")]);
    expect(await tag({ crm: reference })).toEqual([]);
    expect(await digestAt("main")).toBe(digest);
  });

  it("that the registry does not have is named, and nothing fails", async () => {
    const missing = `${registry.address}/crm@sha256:${"0".repeat(64)}`;
    expect(await tag({ crm: missing })).toEqual([`crm: ${registry.address} has no crm@sha256:${"0".repeat(64)}`]);
  });
});
