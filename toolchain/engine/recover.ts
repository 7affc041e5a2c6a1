import { existsSync, readlinkSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { reported, ToolchainError, type Progress } from "../progress.ts";
import {
  recoveryPlan,
  repairedState,
  type PendingOperation,
  type RecoveryPlan,
  type StackLock,
  type StateDeployment,
  type StateResource,
} from "./recovery-plan.ts";
import type { Engine } from "./resolve.ts";

/**
 * Prepares a stack in a `file://` back end for its next operation after one that was killed: removes the lock of a
 * process that has ended, reads objects back whose creation was not recorded, and forgets what left nothing behind.
 *
 * Does nothing to a stack that was left in order. Throws `ToolchainError` while another operation runs.
 */
export async function recoverStack(
  engine: Pick<Engine, "pulumi">,
  stack: Stack,
  progress: Progress,
): Promise<RecoveryPlan> {
  const backend = stack.workspace.envVars["PULUMI_BACKEND_URL"] ?? "";
  const project = (await stack.workspace.projectSettings()).name;
  const locks = await readLocks(backend, project, stack.name);
  const pending = (await isSettled(backend, project, stack.name)) ? [] : await pendingOperations(stack);
  const plan = recoveryPlan(locks, pending, (lock) => isRunning(lock, basename(engine.pulumi)));
  if (plan.runningPid !== undefined) {
    throw new ToolchainError(
      `Stack ${stack.name} is being worked on by process ${plan.runningPid}. Wait for it to end, or stop it`,
    );
  }
  if (plan.unlock) await reported(progress, `Unlocking stack ${stack.name}`, () => stack.cancel());
  if (plan.adopt.length + plan.forget.length > 0) {
    await reported(progress, `Taking up the interrupted update of ${stack.name}`, () => takeUp(stack, plan));
  }
  return plan;
}

async function takeUp(stack: Stack, plan: RecoveryPlan): Promise<void> {
  const exported = await stack.exportStack();
  const deployment = repairedState(exported.deployment as StateDeployment<StateResource>, plan);
  await stack.importStack({ ...exported, deployment });
  if (plan.adopt.length === 0) return;
  try {
    await stack.refresh({ target: plan.adopt.map(({ urn }) => urn) });
  } catch (error) {
    const message = error instanceof Error ? error.message.trim().split("\n").slice(-20).join("\n") : String(error);
    throw new ToolchainError(`The interrupted update of ${stack.name} could not be taken up:\n${message}`);
  }
}

const lockSchema = z.object({ pid: z.number(), hostname: z.string() });

async function readLocks(backend: string, project: string, stack: string): Promise<StackLock[]> {
  if (!backend.startsWith("file://")) return [];
  const folder = join(backend.slice("file://".length), ".pulumi", "locks", "organization", project, stack);
  // The back end keeps attributes beside each lock, in a file of their own.
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith(".json"));
  return Promise.all(
    files.map(async (file) => lockSchema.parse(JSON.parse(await readFile(join(folder, file), "utf8")))),
  );
}

/**
 * Another machine's process cannot be seen from here: its lock counts as held. A process of this machine has to be a
 * Pulumi CLI, for numbers are given out again.
 */
function isRunning(lock: StackLock, executable: string): boolean {
  if (lock.hostname !== hostname()) return true;
  try {
    process.kill(lock.pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  if (!existsSync(`/proc/${lock.pid}/exe`)) return true;
  return basename(readlinkSync(`/proc/${lock.pid}/exe`)).startsWith(executable);
}

const pendingSchema = z.array(
  z.object({
    type: z.string(),
    resource: z.object({ urn: z.string(), inputs: z.record(z.string(), z.unknown()).default({}) }),
  }),
);

/** Whether the state file itself shows that nothing is pending: much quicker than having the CLI export it. */
async function isSettled(backend: string, project: string, stack: string): Promise<boolean> {
  if (!backend.startsWith("file://")) return false;
  const file = join(backend.slice("file://".length), ".pulumi", "stacks", project, `${stack}.json`);
  const state = await readFile(file, "utf8").catch(() => undefined);
  return state !== undefined && !state.includes('"pending_operations"');
}

async function pendingOperations(stack: Stack): Promise<PendingOperation[]> {
  const exported = await stack.exportStack();
  const { pending_operations: pending } = exported.deployment as { pending_operations?: unknown };
  return pendingSchema.parse(pending ?? []).map(({ type, resource: { urn, inputs } }) => ({ type, urn, inputs }));
}
