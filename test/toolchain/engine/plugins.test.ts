import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isInstalled } from "../../../toolchain/engine/plugins.ts";

async function home(version: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fleet-plugins-"));
  await mkdir(join(folder, "plugins", `resource-random-v${version}`), { recursive: true });
  await writeFile(join(folder, "plugins", `resource-random-v${version}`, "pulumi-resource-random"), "");
  return folder;
}

test("the official plugin counts when exactly the wanted version is in the plugin folder", async () => {
  const folder = await home("4.21.2");
  expect(isInstalled(folder, "random", "4.21.2")).toBe(true);
  expect(isInstalled(folder, "random", "4.21.3")).toBe(false);
  expect(isInstalled(folder, "docker", "4.21.2")).toBe(false);
});

test("a plugin whose download was interrupted does not count", async () => {
  const folder = await home("4.21.2");
  await writeFile(join(folder, "plugins", "resource-random-v4.21.2.partial"), "");
  expect(isInstalled(folder, "random", "4.21.2")).toBe(false);
});
