import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, ExecaError } from "execa";
import { reported, ToolchainError, type Progress } from "../progress.ts";
import { imageDigest } from "./registry.ts";

/** Where images are built and kept: what `startCluster` returns. */
export interface ImageStore {
  readonly registry: string;
  readonly dockerHost: string;
  readonly docker: string;
}

/** An image of the toolchain's own, named by what decides its content. */
export interface ImagePlan {
  /** Such as `fleet/debian`. */
  readonly repository: string;
  /** Changes with the content: an image that is there under its tag is never built again. */
  readonly tag: string;
  /** Further tags for people and configuration, which move to the newest build. Default none. */
  readonly aliases?: readonly string[];
  /** Fills the build context, with a Dockerfile among it. */
  readonly fill: (directory: string) => Promise<void>;
}

/** Builds and pushes an image unless the registry has it; returns its reference by digest. */
export async function ensureImage(plan: ImagePlan, store: ImageStore, progress: Progress): Promise<string> {
  const { registry } = store;
  const find = () => imageDigest(registry, plan.repository, plan.tag);
  const present = await find();
  if (present !== undefined) return `${registry}/${plan.repository}@${present}`;
  await reported(progress, `Building the image ${plan.repository}:${plan.tag}`, () => buildAndPush(plan, store));
  const digest = await find();
  if (digest === undefined) throw new ToolchainError(`The registry lost ${plan.repository}:${plan.tag} after its push`);
  return `${registry}/${plan.repository}@${digest}`;
}

async function buildAndPush(plan: ImagePlan, store: ImageStore): Promise<void> {
  // The tag that decides comes last: once the registry has it, it has everything.
  const names = [...(plan.aliases ?? []), plan.tag].map((tag) => `${store.registry}/${plan.repository}:${tag}`);
  const context = await mkdtemp(join(tmpdir(), "fleet-image-"));
  try {
    await plan.fill(context);
    await docker(store, ["build", "--network=host", ...names.flatMap((name) => ["--tag", name]), context]);
    for (const name of names) await docker(store, ["push", "--quiet", name]);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

async function docker(store: ImageStore, args: readonly string[]): Promise<void> {
  const env = { DOCKER_HOST: store.dockerHost, DOCKER_BUILDKIT: "1", DOCKER_CONFIG: "/nonexistent" };
  try {
    await execa(store.docker, args, { env });
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const tail = String(error.stderr).split("\n").slice(-15).join("\n");
    throw new ToolchainError(`docker ${args[0] ?? ""} failed:\n${tail}`);
  }
}
