import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as kubernetes from "@pulumi/kubernetes";
import { expect, test } from "vitest";
import { inlineStack } from "./inline-stack.ts";

/** Nothing listens on port 9 (discard). */
const kubeconfig = (server: string) =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    clusters: [{ name: "test", cluster: { server } }],
    users: [{ name: "test", user: { token: "t0ken-of-the-test" } }],
  });

function oneSecret(server: string) {
  const provider = new kubernetes.Provider("cluster", { kubeconfig: kubeconfig(server) });
  const metadata = { name: "settings", namespace: "shop" };
  new kubernetes.core.v1.Secret("settings", { metadata, stringData: { key: "hunter2-of-the-test" } }, { provider });
  return Promise.resolve();
}

test("a preview needs no API server: it warns and shows what would be created", async () => {
  const { stack, remove } = await inlineStack(() => oneSecret("https://127.0.0.1:9"));
  try {
    const preview = await stack.preview();
    expect(preview.changeSummary).toEqual({ create: 3 });
    expect(preview.stdout).toContain("no API server answers at https://127.0.0.1:9");
    expect(preview.stdout).toContain("kubernetes: stand-in for the official plugin");
    expect(preview.stdout).not.toContain("hunter2-of-the-test");
  } finally {
    await remove();
  }
});

test("an update without an API server fails, and says so without the secret", async () => {
  const { stack, remove } = await inlineStack(() => oneSecret("https://127.0.0.1:9"));
  try {
    await expect(stack.up()).rejects.toThrow(/cluster is unreachable/);
  } finally {
    await remove();
  }
});

test("an API server beyond loopback is refused before anything is sent to it", async () => {
  const { stack, remove } = await inlineStack(() => oneSecret("https://192.0.2.1:6443"));
  try {
    await expect(stack.preview()).rejects.toThrow(/192\.0\.2\.1:6443 is not on the loopback interface/);
  } finally {
    await remove();
  }
});

test("an image for a registry beyond loopback is refused before it is built", async () => {
  const context = await mkdtemp(join(tmpdir(), "fleet-context-"));
  await writeFile(join(context, "Dockerfile"), "FROM scratch\n");
  const { stack, remove } = await inlineStack(() => {
    new docker.Image("image", { imageName: "registry.example.com/team/image:1", build: { context } });
    return Promise.resolve();
  });
  try {
    await expect(stack.up()).rejects.toThrow(/only pushes to a registry on the loopback interface/);
  } finally {
    await remove();
    await rm(context, { recursive: true });
  }
});
