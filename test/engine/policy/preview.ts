import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { openStack } from "../../../delivery/engine/workspace.ts";
import type { PlainObject } from "../../../model/overlay.ts";
import { resolveEngine } from "../../../toolchain/engine/resolve.ts";
import { silentCluster } from "../silent-cluster.ts";

/** The CrossGuard pack. */
const PACK = join(import.meta.dirname, "..", "..", "..", "policy", "pack");

/** What a preview has said. */
export interface Preview {
  readonly succeeded: boolean;
  readonly violations: readonly {
    readonly policy: string;
    readonly mandatory: boolean;
    /** Without colour. */
    readonly message: string;
  }[];
  /** Resources that the preview would create. */
  readonly creates: number;
  /** All that the CLI printed, and the error if it failed. */
  readonly output: string;
}

/** Previews a program by the real engine, with the real policy host, on a cluster that does not answer. */
export async function previewUnderPolicies(
  stack: string,
  program: PulumiFn,
  config: PlainObject = {},
  context = "nowhere",
): Promise<Preview> {
  const engine = await resolveEngine(() => undefined);
  const folder = await mkdtemp(join(tmpdir(), "fleet-policy-"));
  try {
    const state = join(folder, "state");
    await mkdir(state);
    const opened = await openStack({
      stack,
      program,
      project: { name: "fleet" },
      stackFile: { config },
      folder,
      cli: engine.root,
      environment: {
        ...engine.environment,
        KUBECONFIG: await silentCluster(folder, context),
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: "only for this test",
      },
    });
    const violations: Preview["violations"][number][] = [];
    let output = "";
    const preview = opened.preview({
      policyPacks: [PACK],
      parallel: 200,
      color: "never",
      onOutput: (text) => (output += text),
      onError: (text) => (output += text),
      onEvent: ({ policyEvent }) => {
        if (!policyEvent) return;
        const { policyName, enforcementLevel, message } = policyEvent;
        violations.push({
          policy: policyName,
          mandatory: enforcementLevel === "mandatory",
          message: message.replaceAll(/<\{%[^%]*%\}>/g, ""),
        });
      },
    });
    return await preview.then(
      ({ changeSummary }) => ({ succeeded: true, violations, output, creates: changeSummary.create ?? 0 }),
      (error: unknown) => ({ succeeded: false, violations, output: `${output}\n${String(error)}`, creates: 0 }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
