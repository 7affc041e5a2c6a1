import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  LocalWorkspace,
  PulumiCommand,
  Stack,
  StackNotFoundError,
  type PulumiFn,
} from "@pulumi/pulumi/automation/index.js";
import { parse, stringify } from "yaml";
import { isPlainObject, type PlainObject } from "../../model/overlay.ts";
import { keptEncryption } from "./state-encryption.ts";

/** What the engine needs to run the program for one stack. */
export interface WorkspaceOptions {
  readonly stack: string;
  readonly program: PulumiFn;
  /** `Pulumi.yaml` as plain data. */
  readonly project: PlainObject;
  /** `Pulumi.<stack>.yaml` as plain data. */
  readonly stackFile: PlainObject;
  /** Folder of this stack's copies; the repository's own files are never written to. */
  readonly folder: string;
  /** Folder with `bin/pulumi` in it. */
  readonly cli: string;
  /** The key service that encrypts secrets (`state-encryption.ts`). Left out: a passphrase in the environment. */
  readonly secretsProvider?: string;
  /** Variables for the engine and its plugins: back end, passphrase, kubeconfig, builder. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Opens a stack for the Automation API, creating it in the back end where it is new.
 *
 * The engine writes the salt of a passphrase, or a key service's data key, into the stack file. It goes into a copy, so
 * that bringing a platform up leaves the clone clean; what the repository's file already has stays in use.
 */
export async function openStack(options: WorkspaceOptions): Promise<Stack> {
  const { folder, stack, project } = options;
  await mkdir(folder, { recursive: true });
  const copy = join(folder, `Pulumi.${stack}.yaml`);
  const kept = keptEncryption(await readYaml(copy), options.stackFile);
  await writeFile(join(folder, "Pulumi.yaml"), stringify({ name: project["name"], runtime: "nodejs" }));
  await writeFile(copy, stringify({ ...kept, ...options.stackFile }));

  const workspace = await LocalWorkspace.create({
    workDir: folder,
    program: options.program,
    pulumiCommand: await PulumiCommand.get({ root: options.cli }),
    envVars: { ...options.environment },
    ...(options.secretsProvider === undefined ? {} : { secretsProvider: options.secretsProvider }),
  });
  return Stack.createOrSelect(stack, workspace);
}

/** What it takes to read a stack, without its program and its file. */
export type ReadingOptions = Pick<WorkspaceOptions, "stack" | "project" | "cli" | "environment">;

/** A stack as its back end knows it, for reading; undefined where there is none of this name. */
export async function existingStack({ stack, project, cli, environment }: ReadingOptions): Promise<Stack | undefined> {
  const workspace = await LocalWorkspace.create({
    projectSettings: { name: String(project["name"]), runtime: "nodejs" },
    pulumiCommand: await PulumiCommand.get({ root: cli }),
    envVars: { ...environment },
  });
  return Stack.select(stack, workspace).catch((error: unknown) => {
    if (error instanceof StackNotFoundError) return undefined;
    throw error;
  });
}

async function readYaml(path: string): Promise<PlainObject> {
  const content: unknown = await readFile(path, "utf8").then(parse, () => ({}));
  return isPlainObject(content) ? content : {};
}
