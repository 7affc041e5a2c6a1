import { spawn } from "node:child_process";
import { chmod, mkdir, open, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { createCgroups } from "./cgroups.ts";
import { clusterPaths, type ClusterLayout } from "./layout.ts";
import { overlays } from "./machine.ts";
import { clusterProcesses, signalAll, supervisor, type ClusterProcess } from "./processes.ts";
import { bootScript, logRotation, serviceScripts } from "./runit.ts";
import { clusterServices, serviceEnvironment } from "./services.ts";

/** How long containers get to end by themselves when the cluster stops, in milliseconds. */
const CONTAINER_GRACE = 5_000;
/** How long the daemons get after that, in milliseconds. */
const PROCESS_GRACE = 8_000;
/** The daemons that write files which others read again. */
const stateful = new Set(["etcd", "containerd", "dockerd", "docker-registry"]);

/** Writes runit's service directories, afresh. */
export async function writeServices(layout: ClusterLayout): Promise<void> {
  const paths = clusterPaths(layout);
  await rm(paths.services, { recursive: true, force: true });
  for (const service of clusterServices(layout)) {
    const logs = join(paths.logs, service.name);
    await mkdir(logs, { recursive: true });
    await writeFile(join(logs, "config"), logRotation);
    for (const [name, content] of Object.entries(serviceScripts(service, logs))) {
      await writeScript(join(paths.services, service.name, name), content);
    }
  }
}

/** Starts runsvdir in a mount namespace and a cgroup of its own, detached from this process. */
export async function startSupervisor(layout: ClusterLayout): Promise<void> {
  const { services, logs } = clusterPaths(layout);
  const boot = join(layout.run, "boot");
  const script = bootScript({ cgroups: await createCgroups(), overlays: await overlays(layout), services });
  await writeScript(boot, script);
  const log = await open(join(logs, "supervisor.log"), "a");
  const child = spawn("unshare", ["--mount", "--propagation", "private", boot], {
    cwd: "/",
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
    env: serviceEnvironment(layout, proxySettings(process.env)),
  });
  child.unref();
  await log.close();
}

/** The caller's proxy settings: where packages are reached through a proxy, builds need it as well. */
export function proxySettings(environment: NodeJS.ProcessEnv): Record<string, string> {
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];
  return Object.fromEntries(names.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
}

/**
 * Ends every process of the cluster. Containers first and gently, once nothing would restart them, so that databases
 * close their files; then the daemons; then, by force, whatever is left.
 */
export async function endProcesses(layout: ClusterLayout): Promise<void> {
  const alive = () => clusterProcesses(layout.state);
  const { services, bin } = clusterPaths(layout);
  if (supervisor(await alive()) !== undefined) {
    await execa(`${bin}/sv`, ["-w", "3", "force-stop", `${services}/kubelet`, `${services}/dockerd`], {
      reject: false,
    });
    const containers = async () => (await alive()).filter(isContainer);
    signalAll(await containers(), "SIGTERM");
    await waitUntilNone(containers, CONTAINER_GRACE);
    signalAll(await containers(), "SIGKILL");
    // SIGHUP: runsvdir ends every runsv, and each of those its service (runsvdir(8)).
    signalAll(
      (await alive()).filter((process) => process.name === "runsvdir"),
      "SIGHUP",
    );
    // The API server would wait for its watchers and etcd for the API server, which has nothing to lose.
    await sleep(200);
    signalAll(
      (await alive()).filter((process) => process.name === "kube-apiserver"),
      "SIGKILL",
    );
    await waitUntilNone(async () => (await alive()).filter(({ name }) => stateful.has(name)), PROCESS_GRACE);
  }
  // Repeated, because a process may have started another between our look and the signal.
  for (let left = await alive(); left.length > 0; left = await alive()) {
    signalAll(left, "SIGKILL");
    await sleep(50);
  }
}

function isContainer(process: ClusterProcess): boolean {
  return process.cgroup !== undefined && !process.cgroup.startsWith("system");
}

async function waitUntilNone(list: () => Promise<readonly ClusterProcess[]>, milliseconds: number): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (Date.now() < deadline && (await list()).length > 0) await sleep(100);
}

async function writeScript(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  await chmod(path, 0o755);
}
