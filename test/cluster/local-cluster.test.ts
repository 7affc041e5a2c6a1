import { beforeAll, describe, expect, it } from "vitest";
import type { UpResult } from "../../delivery/cli/commands/up.ts";
import { connectCluster } from "../../delivery/cluster-client/cluster.ts";
import { clusterLayout, clusterPaths } from "../../toolchain/cluster/layout.ts";
import { Clone } from "./clone.ts";
import { machineTraces, processIds, type MachineTraces } from "./machine.ts";

let clone: Clone;
let before: MachineTraces;

beforeAll(async () => {
  clone = await Clone.create();
  await clone.keepOnly("bizosaas");
  // Whatever an earlier run left: the stories begin on a machine without a cluster.
  expect((await clone.fleet(["cluster", "stop"])).exitCode).toBe(0);
  before = await machineTraces();
});

describe("the local cluster", () => {
  it("comes up with BizOSaaS in under two minutes once everything is cached", async () => {
    const up = await clone.json<UpResult>(["up"]);
    console.log(`  up, cluster stopped: ${up.seconds.toFixed(1)} s`);
    expect(up).toMatchObject({ exitCode: 0, output: { health: { outcome: "healthy" } } });
    expect(up.seconds).toBeLessThan(120);
  });

  it("uses less than 6 GiB together with the platform", async () => {
    const { output } = await clone.json<{ memory: { totalBytes: number } }>(["cluster", "status"]);
    console.log(`  memory: ${(output.memory.totalBytes / 2 ** 20).toFixed(0)} MiB`);
    expect(output.memory.totalBytes).toBeLessThan(6 * 2 ** 30);
  });

  it("is back with the next `fleet up` after its processes were killed", async () => {
    for (const program of [/\/etcd-[^/]+\/server$/, /\/kube-apiserver$/, /\/containerd$/, /\/runsvdir$/]) {
      const ids = await processIds(program);
      expect(ids.length, String(program)).toBeGreaterThan(0);
      for (const pid of ids) process.kill(pid, "SIGKILL");
    }
    const up = await clone.json<UpResult>(["up"]);
    console.log(`  up, processes killed: ${up.seconds.toFixed(1)} s`);
    expect(up).toMatchObject({ exitCode: 0, output: { health: { outcome: "healthy" } } });
  });

  it("has nothing of the platform left when that is taken down", async () => {
    expect((await clone.fleet(["down", "--keep-cluster"])).exitCode).toBe(0);
    const { kubeconfig } = clusterPaths(clusterLayout);
    const cluster = connectCluster({ kubeConfigFile: kubeconfig, context: "fleet-local" });
    const { items } = await cluster.core.listNamespace();
    expect(items.map(({ metadata }) => metadata?.name).sort()).toEqual([
      "default",
      "kube-node-lease",
      "kube-public",
      "kube-system",
    ]);
  });

  it("leaves no process, mount, interface, network namespace or firewall rule behind when it is stopped", async () => {
    expect((await clone.fleet(["down"])).exitCode).toBe(0);
    expect(await machineTraces()).toEqual(before);
  });
});
