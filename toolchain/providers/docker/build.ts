import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, ExecaError } from "execa";
import { masked } from "../protocol/values.ts";
import { buildCall, dockerConfig, pushedDigest } from "./build-command.ts";
import { registryOf, repositoryOf, type ImageInputs } from "./image-inputs.ts";

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

/** Builds an image and pushes it, unless told not to. Returns `repository@digest`, or the image's id if not pushed. */
export async function buildImage(image: ImageInputs, context: BuildContext): Promise<string> {
  await build(image, context);
  if (image.skipPush) {
    const inspected = ["image", "inspect", "--format", "{{.Id}}", image.imageName];
    return (await docker(inspected, {}, context, "inspecting the image")).trim();
  }
  const output = await withCredentials(image, (credentials) =>
    docker(["push", image.imageName], credentials, context, `pushing ${image.imageName}`),
  );
  const digest = pushedDigest(output);
  if (digest === undefined) throw new Error(`docker push ${image.imageName} reported no digest`);
  return `${repositoryOf(image.imageName)}@${digest}`;
}

/** Newer docker commands know BuildKit only by a plugin that distributions often leave out; the classic builder stays. */
async function build(image: ImageInputs, context: BuildContext): Promise<void> {
  const run = async (variant: ImageInputs) => {
    const { arguments: args, environment } = buildCall(variant);
    await docker(args, environment, context, `building ${image.imageName}`);
  };
  try {
    await run(image);
  } catch (error) {
    const lacksBuildKit = error instanceof Error && error.message.includes("buildx component is missing");
    if (!lacksBuildKit) throw error;
    await run({ ...image, classicBuilder: true });
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
  const { username, password, server } = image.registry;
  if (username === undefined || password === undefined) return work({});
  const folder = await mkdtemp(join(tmpdir(), "fleet-docker-"));
  try {
    const config = dockerConfig(server ?? registryOf(image.imageName), username, password);
    await writeFile(join(folder, "config.json"), config, { mode: 0o600 });
    return await work({ DOCKER_CONFIG: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
