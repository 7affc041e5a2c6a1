import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { connectCluster } from "../../../delivery/cluster-client/cluster.ts";

const folder = mkdtempSync(join(tmpdir(), "fleet-kubeconfig-"));
const file = join(folder, "config");
writeFileSync(
  file,
  `apiVersion: v1
kind: Config
current-context: dev
clusters: [{ name: local, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: me, user: { token: t } }]
contexts:
  - { name: dev, context: { cluster: local, user: me } }
  - { name: prod, context: { cluster: local, user: me } }
`,
);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("connecting to a cluster", () => {
  it("takes the current context, or the one that is named", () => {
    expect(connectCluster({ kubeConfigFile: file }).context).toBe("dev");
    expect(connectCluster({ kubeConfigFile: file, context: "prod" }).context).toBe("prod");
  });

  it("names the contexts there are when the wanted one is missing", () => {
    expect(() => connectCluster({ kubeConfigFile: file, context: "staging" })).toThrow(
      'The kubeconfig has no context "staging". It has: dev, prod.',
    );
  });

  it("says that a kubeconfig cannot be read", () => {
    expect(() => connectCluster({ kubeConfigFile: join(folder, "none") })).toThrow(
      /^The kubeconfig .*none cannot be read/,
    );
  });

  it("says in words that the server does not answer", async () => {
    const cluster = connectCluster({ kubeConfigFile: file });
    await expect(cluster.get("/version", { timeoutMs: 1_000 })).rejects.toThrow("connection refused");
  });
});
