import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { parse } from "yaml";
import program from "../../index.ts";
import { isPlainObject, type PlainObject } from "../../model/overlay.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { ensureGateway, ensureTrafficDefinitions } from "../../toolchain/cluster/gateway.ts";
import { startCluster, type LocalCluster } from "../../toolchain/cluster/start.ts";
import { recoverStack } from "../../toolchain/engine/recover.ts";
import { resolveEngine, type Engine } from "../../toolchain/engine/resolve.ts";
import { ensureBaseImages } from "../../toolchain/images/bases.ts";
import { machinePaths } from "../../toolchain/paths.ts";
import { connectCluster, type Cluster } from "../cluster-client/cluster.ts";
import { clusterIdentity, keepIdentity, keptIdentity } from "../engine/cluster-identity.ts";
import type { OpenedStack } from "../engine/configure-secret.ts";
import { stateEncryption } from "../engine/state-encryption.ts";
import { existingStack, openStack } from "../engine/workspace.ts";
import { invalidInput } from "./failure.ts";
import { ROOT, type StackFile } from "./stack-file.ts";
import type { Terminal } from "./terminal.ts";

/** The cluster a stack belongs to, reachable, and what the engine's plugins need to reach it too. */
export interface PreparedCluster {
  readonly cluster: Cluster;
  readonly environment: Readonly<Record<string, string>>;
  /** Folders with programs that fit this cluster, such as its own `docker`; they come first on the plugins' PATH. */
  readonly programs: readonly string[];
}

/** Reaches the stack's own context, or starts the local cluster where the stack names none. */
export async function prepareCluster(resolved: ResolvedStack, terminal: Terminal): Promise<PreparedCluster> {
  if (!resolved.cluster.local) {
    return { cluster: connectCluster({ context: resolved.cluster.context }), environment: {}, programs: [] };
  }
  const local = await startCluster(terminal.progress);
  await prepareTraffic(resolved, local, terminal);
  return {
    cluster: connectCluster({ kubeConfigFile: local.kubeconfig, context: local.context }),
    environment: { KUBECONFIG: local.kubeconfig, DOCKER_HOST: local.dockerHost },
    programs: [dirname(local.docker)],
  };
}

/** Makes the local cluster take a stack's routes, and follow those of Gateway API; nothing follows Istio's there. */
async function prepareTraffic({ platforms }: ResolvedStack, local: LocalCluster, terminal: Terminal): Promise<void> {
  const gateway = platforms.find((platform) => platform.gateway !== undefined)?.gateway;
  if (!gateway) return;
  await ensureTrafficDefinitions(terminal.progress);
  if (gateway.kind !== "gatewayApi") return;
  const { className, controllerNamespace: namespace, port, nodePort } = gateway;
  const asked = { className, namespace, port, ...(nodePort === undefined ? {} : { nodePort }) };
  await ensureGateway(asked, local, terminal.progress);
}

/** The engine and one stack opened with it. */
export interface PreparedEngine {
  readonly engine: Engine;
  readonly stack: Stack;
}

/** Finds or builds the engine and opens the stack in its back end. */
export async function prepareEngine(
  file: StackFile,
  resolved: ResolvedStack,
  prepared: PreparedCluster,
  terminal: Terminal,
): Promise<PreparedEngine> {
  // Neither needs the other, and on a warm machine both do little but wait for other programs.
  const [opened] = await Promise.all([
    openWithEngine(file, resolved, prepared, terminal),
    resolved.cluster.local ? ensureBaseImages(terminal.progress) : undefined,
  ]);
  return opened;
}

/** Opens the stack for its configuration alone: nothing of its cluster is asked. */
export async function openConfiguration(
  file: StackFile,
  resolved: ResolvedStack,
  terminal: Terminal,
): Promise<OpenedStack> {
  const { engine, open } = await engineFor(file, resolved, { environment: {}, programs: [] }, terminal);
  return { stack: await open(), pulumi: engine.pulumi };
}

async function engineFor(
  file: StackFile,
  resolved: ResolvedStack,
  { environment, programs }: Omit<PreparedCluster, "cluster">,
  terminal: Terminal,
): Promise<{ readonly engine: Engine; readonly open: () => Promise<Stack> }> {
  const { state } = machinePaths();
  const folder = stackFolder(file.stack);
  const { environment: passphrase, secretsProvider } = await encryption(file, resolved, folder);
  const engine = await resolveEngine(terminal.progress);
  const project = await readProject();
  const variables = {
    ...engine.environment,
    ...environment,
    ...(await backend(project, state)),
    ...passphrase,
    PATH: [...programs, engine.environment["PATH"] ?? process.env["PATH"] ?? ""].join(delimiter),
  };
  const open = () =>
    openStack({
      stack: file.stack,
      program,
      project,
      stackFile: file.content,
      folder,
      cli: engine.root,
      environment: variables,
      ...(secretsProvider === undefined ? {} : { secretsProvider }),
    });
  return { engine, open };
}

async function openWithEngine(
  file: StackFile,
  resolved: ResolvedStack,
  prepared: PreparedCluster,
  terminal: Terminal,
): Promise<PreparedEngine> {
  const folder = stackFolder(file.stack);
  const { engine, open } = await engineFor(file, resolved, prepared, terminal);
  const stack = await open();
  const identity = await clusterIdentity(prepared.cluster);
  const kept = await keptIdentity(folder);
  if (resolved.cluster.local && kept !== undefined && kept !== identity) {
    terminal.note("  The local cluster is a new one: forgetting the state of the old.");
    await stack.workspace.removeStack(file.stack, { force: true });
    await keepIdentity(folder, identity);
    return { engine, stack: await open() };
  }
  await keepIdentity(folder, identity);
  await recoverStack(engine, stack, terminal.progress);
  return { engine, stack };
}

/** A stack for reading what its last update left behind: no cluster, no passphrase. Undefined where it never came up. */
export async function openExistingStack(file: StackFile, terminal: Terminal): Promise<Stack | undefined> {
  const engine = await resolveEngine(terminal.progress);
  const project = await readProject();
  const environment = { ...engine.environment, ...(await backend(project, machinePaths().state)) };
  return existingStack({ stack: file.stack, project, cli: engine.root, environment });
}

/** Folder of a stack's own files: workspace, passphrase, the identity of its cluster. */
export function stackFolder(stack: string): string {
  return join(machinePaths().state, "stacks", stack);
}

async function readProject(): Promise<PlainObject> {
  const project: unknown = parse(await readFile(join(ROOT, "Pulumi.yaml"), "utf8"));
  return isPlainObject(project) ? project : {};
}

/** Keeps state in files on this machine, unless the user or the project has chosen a back end. */
async function backend(project: PlainObject, state: string): Promise<Readonly<Record<string, string>>> {
  if (process.env["PULUMI_BACKEND_URL"] !== undefined || project["backend"] !== undefined) return {};
  const folder = join(state, "pulumi");
  await mkdir(folder, { recursive: true });
  return { PULUMI_BACKEND_URL: `file://${folder}` };
}

/** What encrypts the stack's secrets, as the engine is told of it. */
interface Encryption {
  readonly environment: Readonly<Record<string, string>>;
  readonly secretsProvider?: string;
}

async function encryption(file: StackFile, resolved: ResolvedStack, folder: string): Promise<Encryption> {
  const decided = stateEncryption(file.content, resolved.cluster.local, process.env);
  if (!decided.ok) throw invalidInput(decided.issues);
  switch (decided.value.kind) {
    case "keyService":
      return { environment: {}, secretsProvider: decided.value.secretsProvider };
    case "passphrase":
      return { environment: {} };
    case "localPassphrase":
      return { environment: { PULUMI_CONFIG_PASSPHRASE_FILE: await localPassphrase(folder) } };
  }
}

/** The file with the local cluster's passphrase, made on first use. */
async function localPassphrase(folder: string): Promise<string> {
  const file = join(folder, "passphrase");
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true });
    await writeFile(file, randomBytes(32).toString("base64url"), { mode: 0o600 });
  }
  return file;
}
