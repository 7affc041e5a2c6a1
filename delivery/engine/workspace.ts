import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LocalWorkspace, PulumiCommand, Stack, type PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { parse, stringify } from "yaml";
import { isPlainObject, type PlainObject } from "../../model/overlay.ts";

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
  /** Variables for the engine and its plugins: back end, passphrase, kubeconfig, builder. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Opens a stack for the Automation API, creating it in the back end where it is new.
 *
 * The engine writes the salt of a passphrase into the stack file. It goes into a copy, so that bringing a platform up
 * leaves the clone clean; a salt that the repository's file already has stays the one in use.
 */
export async function openStack(options: WorkspaceOptions): Promise<Stack> {
  const { folder, stack, project } = options;
  await mkdir(folder, { recursive: true });
  const copy = join(folder, `Pulumi.${stack}.yaml`);
  const previous = await readYaml(copy);
  const kept = Object.fromEntries(
    Object.entries(previous).filter(([key]) => key === "encryptionsalt" || key === "secretsprovider"),
  );
  await writeFile(join(folder, "Pulumi.yaml"), stringify({ name: project["name"], runtime: "nodejs" }));
  await writeFile(copy, stringify({ ...kept, ...options.stackFile }));

  const workspace = await LocalWorkspace.create({
    workDir: folder,
    program: options.program,
    pulumiCommand: await PulumiCommand.get({ root: options.cli }),
    envVars: { ...options.environment },
  });
  return Stack.createOrSelect(stack, workspace);
}

async function readYaml(path: string): Promise<PlainObject> {
  const content: unknown = await readFile(path, "utf8").then(parse, () => ({}));
  return isPlainObject(content) ? content : {};
}
