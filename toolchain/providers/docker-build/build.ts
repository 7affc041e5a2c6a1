import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, ExecaError } from "execa";
import { masked } from "../protocol/values.ts";
import { buildCall, dockerConfig, pushedDigest, type Builder } from "./build-command.ts";
import type { ImageInputs } from "./image-inputs.ts";

/** What a build works with. */
export interface BuildContext {
  /** `DOCKER_HOST`; empty for the docker command's own default. */
  readonly host: string;
  readonly signal: AbortSignal;
  /** Shows the step that the build is at. */
  readonly status: (text: string) => void;
  /** What may not be legible in a message. */
  readonly secrets: readonly string[];
}

/** How many of the last lines a failure quotes. */
const QUOTED_LINES = 25;

/** Builds an image and pushes each of its tags. Returns its digest; undefined for one that is not pushed. */
export async function buildImage(image: ImageInputs, context: BuildContext): Promise<string | undefined> {
  await build(image, context);
  if (!image.push) return undefined;
  const digests = await withCredentials(image, async (environment) => {
    const pushed: string[] = [];
    for (const tag of image.tags) pushed.push(await push(tag, environment, context));
    return pushed;
  });
  return digests[0];
}

async function push(
  tag: string,
  environment: Readonly<Record<string, string>>,
  context: BuildContext,
): Promise<string> {
  const digest = pushedDigest(await docker(["push", tag], environment, context, `pushing ${tag}`));
  if (digest === undefined) throw new Error(`docker push ${tag} reported no digest`);
  return digest;
}

/** Newer docker commands know BuildKit only by a plugin that distributions often leave out; the classic builder stays. */
async function build(image: ImageInputs, context: BuildContext): Promise<void> {
  const run = async (builder: Builder) => {
    const { arguments: args, environment } = buildCall(image, builder);
    await docker(args, environment, context, `building ${image.tags[0] ?? image.context}`);
  };
  try {
    await run("buildkit");
  } catch (error) {
    const lacksBuildKit = error instanceof Error && error.message.includes("buildx component is missing");
    if (!lacksBuildKit) throw error;
    await run("classic");
  }
}

async function docker(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  context: BuildContext,
  doing: string,
): Promise<string> {
  const run = execa("docker", args, {
    all: true,
    stdin: "ignore",
    cancelSignal: context.signal,
    env: { ...(context.host === "" ? {} : { DOCKER_HOST: context.host }), ...environment },
  });
  const lines: string[] = [];
  try {
    for await (const line of run.iterable({ from: "all" })) {
      lines.push(line);
      if (isStep(line)) context.status(masked(line, context.secrets));
    }
    await run;
    return lines.join("\n");
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    if (error.code === "ENOENT") throw new Error("the docker command was not found on PATH", { cause: error });
    if (error.isCanceled) throw new Error(`cancelled while ${doing}`, { cause: error });
    const tail = lines.slice(-QUOTED_LINES).join("\n");
    throw new Error(masked(`${doing} failed (exit code ${String(error.exitCode)}):\n${tail}`, context.secrets));
  }
}

/** Lines that begin a step, of BuildKit (`#6 [2/3] COPY …`) and of the classic builder (`Step 2/3 : COPY …`). */
function isStep(line: string): boolean {
  return /^#\d+ \[[^\]]*\d+\/\d+\]|^Step \d+\/\d+/.test(line);
}

async function withCredentials<T>(
  image: ImageInputs,
  work: (environment: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  if (image.registries.length === 0) return work({});
  const folder = await mkdtemp(join(tmpdir(), "fleet-docker-"));
  try {
    await writeFile(join(folder, "config.json"), dockerConfig(image.registries), { mode: 0o600 });
    return await work({ DOCKER_CONFIG: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
