import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, PulumiCommand, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import { resolveEngine } from "../../../toolchain/engine/resolve.ts";

/** A stack of one test, in a back end of its own. */
export interface InlineStack {
  readonly stack: Stack;
  /** Its state as it is on disk. */
  readonly state: () => Promise<string>;
  readonly remove: () => Promise<void>;
}

const PROJECT = "stand-ins";

/** Opens a stack whose program is a function, with the real engine and the stand-ins where they are needed. */
export async function inlineStack(
  program: PulumiFn,
  environment: Readonly<Record<string, string>> = {},
): Promise<InlineStack> {
  const engine = await resolveEngine(() => undefined);
  const folder = await mkdtemp(join(tmpdir(), "fleet-stack-"));
  const stack = await LocalWorkspace.createStack(
    { stackName: "test", projectName: PROJECT, program },
    {
      pulumiCommand: await PulumiCommand.get({ root: engine.root }),
      envVars: {
        ...engine.environment,
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        ...environment,
      },
    },
  );
  return {
    stack,
    state: () => readFile(join(folder, ".pulumi", "stacks", PROJECT, "test.json"), "utf8"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
