import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { requireDebianRoot } from "../debian/host.ts";
import { ensureSystemImages, pauseReference } from "../images/system.ts";
import { reported, ToolchainError, type Progress } from "../progress.ts";
import { addonManifests } from "./addons.ts";
import { ensureDaemons, ensureGoPrograms, linkBinaries, type Daemons, type GoPrograms } from "./binaries.ts";
import { configurationFiles, podResolvConf } from "./configuration.ts";
import { ensureCredentials } from "./credentials.ts";
import { clusterLayout, clusterName, clusterPaths, network, registryAddress, type ClusterLayout } from "./layout.ts";
import { withClusterLock } from "./lock.ts";
import { clusterLogs } from "./logs.ts";
import { prepareMachine, restoreMachine } from "./machine.ts";
import { requireFreePorts } from "./ports.ts";
import { clusterProcesses, orphans, signalAll, supervisor } from "./processes.ts";
import { apiServerReady, imageBuilderReady, kubectl, readReadiness, registryReady, unready } from "./readiness.ts";
import { clusterServices } from "./services.ts";
import { endProcesses, startSupervisor, writeServices } from "./supervision.ts";

/** How to reach the local cluster. */
export interface LocalCluster {
  /** Path of a kubeconfig with one context. */
  readonly kubeconfig: string;
  readonly context: string;
  /** The registry's address: the same for builds, for the kubelet and for `docker push`. */
  readonly registry: string;
  /** `DOCKER_HOST` of the image builder. */
  readonly dockerHost: string;
  /** The docker command line that speaks to it. */
  readonly docker: string;
  /** The node's address, which pods reach as well. */
  readonly nodeAddress: string;
  /** Kubernetes version, such as `v1.36.3`. */
  readonly version: string;
}

/** How long a start may take once everything is built, in milliseconds. */
const START_TIMEOUT = 180_000;
/** How long a running cluster gets to recover by itself before it is started afresh, in milliseconds. */
const RECOVERY_TIMEOUT = 45_000;

/**
 * Starts the local cluster, or finds it running; returns how to reach it.
 *
 * Whatever state it is in, it ends up healthy: what a kill left behind is cleared away first. Throws `ToolchainError`
 * when the machine cannot carry it, when a port is taken, or when a part does not get ready (with its last log lines).
 */
export async function startCluster(progress: Progress): Promise<LocalCluster> {
  await requireDebianRoot();
  const layout = clusterLayout;
  return withClusterLock(layout, async () => {
    const programs = await ensureGoPrograms(progress);
    const cluster = describe(layout, programs);
    const plan = await plannedFiles(layout, programs);
    if (await recoverRunning(layout, plan.generation, progress)) return cluster;
    const daemons = await ensureDaemons(progress);
    await clearAway(layout, progress);
    await requireFreePorts();
    await reported(progress, "Starting the local cluster's processes", () => boot(layout, programs, daemons, plan));
    await reported(progress, "Waiting for the API server, registry and image builder", () =>
      waitFor(async () => ({
        "kube-apiserver": await apiServerReady(layout),
        registry: await registryReady(),
        dockerd: await imageBuilderReady(layout),
      })),
    );
    const images = await ensureSystemImages(programs, cluster, progress);
    await reported(progress, "Waiting for the node and the name service", async () => {
      await applyAddons(layout, images.coredns, plan.forwardsOutside);
      await waitFor(async () => {
        const { node, nameService } = await readReadiness(layout);
        return { kubelet: node, "kube-proxy": nameService };
      });
    });
    await writeFile(clusterPaths(layout).generation, plan.generation);
    return cluster;
  });
}

function describe(layout: ClusterLayout, programs: GoPrograms): LocalCluster {
  const paths = clusterPaths(layout);
  return {
    kubeconfig: paths.kubeconfig,
    context: clusterName,
    registry: registryAddress,
    dockerHost: `unix://${paths.dockerSocket}`,
    docker: `${paths.bin}/docker`,
    nodeAddress: network.node,
    version: programs.kubernetesVersion,
  };
}

interface Plan {
  readonly files: Readonly<Record<string, string>>;
  readonly forwardsOutside: boolean;
  /** Changes when a restart is needed for the running processes to be what this version of fleet describes. */
  readonly generation: string;
}

async function plannedFiles(layout: ClusterLayout, programs: GoPrograms): Promise<Plan> {
  const hostResolvConf = await readFile("/etc/resolv.conf", "utf8").catch(() => "");
  const resolvConf = podResolvConf(hostResolvConf, existsSync("/run/systemd/resolve/resolv.conf"));
  const files = configurationFiles({
    layout,
    kubernetesVersion: programs.kubernetesVersion,
    pauseImage: pauseReference(programs),
    cniPlugins: `${layout.state}/cni-plugins`,
    resolvConf,
  });
  // Not the Debian packages' versions: a security update must not restart everyone's databases by surprise.
  const decisive = JSON.stringify([files, clusterServices(layout), programs.builds]);
  const generation = createHash("sha256").update(decisive).digest("hex");
  return { files, forwardsOutside: resolvConf !== "", generation };
}

/** Whether the running cluster could be kept: healthy, or healthy again once strays were ended. */
async function recoverRunning(layout: ClusterLayout, generation: string, progress: Progress): Promise<boolean> {
  const processes = await clusterProcesses(layout.state);
  if (supervisor(processes) === undefined) return false;
  const running = await readFile(clusterPaths(layout).generation, "utf8").catch(() => "");
  if (running !== generation) return false;
  const strays = orphans(processes);
  signalAll(strays, "SIGKILL");
  if (strays.length === 0 && unready(await readReadiness(layout)).length === 0) return true;
  return reported(progress, "Waiting for the local cluster to recover", async () => {
    const deadline = Date.now() + RECOVERY_TIMEOUT;
    while (Date.now() < deadline) {
      await sleep(500);
      // A service whose runsv was killed ends a moment later than its supervisor restarts it: look again.
      signalAll(orphans(await clusterProcesses(layout.state)), "SIGKILL");
      if (unready(await readReadiness(layout)).length === 0) return true;
    }
    return false;
  });
}

async function clearAway(layout: ClusterLayout, progress: Progress): Promise<void> {
  const processes = await clusterProcesses(layout.state);
  if (processes.length === 0 && !existsSync(clusterPaths(layout).machineBefore)) return;
  await reported(progress, "Clearing away what is left of the cluster that ran before", async () => {
    await endProcesses(layout);
    await restoreMachine(layout);
  });
}

async function boot(layout: ClusterLayout, programs: GoPrograms, daemons: Daemons, plan: Plan): Promise<void> {
  const { config, generation } = clusterPaths(layout);
  await rm(generation, { force: true });
  await linkBinaries(layout, programs, daemons);
  await rm(config, { recursive: true, force: true });
  for (const [name, content] of Object.entries(plan.files)) {
    await mkdir(dirname(join(config, name)), { recursive: true });
    await writeFile(join(config, name), content);
  }
  await ensureCredentials(layout);
  await prepareMachine(layout);
  await writeServices(layout);
  await startSupervisor(layout);
}

async function applyAddons(layout: ClusterLayout, coredns: string, forwardsOutside: boolean): Promise<void> {
  const list = { apiVersion: "v1", kind: "List", items: addonManifests(coredns, forwardsOutside) };
  const args = ["apply", "--server-side", "--force-conflicts", "--field-manager=fleet-cluster", "-f", "-"];
  const result = await kubectl(layout, args, { input: JSON.stringify(list), timeout: 30_000 });
  if (result.exitCode !== 0) throw new ToolchainError(`The cluster refused its own add-ons:\n${result.stderr}`);
}

/** Waits until every part is ready; the keys are the services whose log tells why one is not. */
async function waitFor(parts: () => Promise<Record<string, boolean>>): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT;
  for (;;) {
    const missing = Object.entries(await parts()).flatMap(([service, ready]) => (ready ? [] : [service]));
    if (missing.length === 0) return;
    if (Date.now() > deadline) {
      const logs = await Promise.all(missing.map(async (name) => `${name}:\n${await clusterLogs(name, 15)}`));
      throw new ToolchainError(`The local cluster did not get ready in ${START_TIMEOUT / 1000} s.\n${logs.join("\n")}`);
    }
    await sleep(200);
  }
}
