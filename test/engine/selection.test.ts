import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadStack, readStackFile, selectionOf } from "../../delivery/cli/stack-file.ts";
import { selectionTargets, stateOf } from "../../delivery/engine/targets.ts";
import { openStack } from "../../delivery/engine/workspace.ts";
import program from "../../index.ts";
import { renderSelection } from "../../model/render/selection.ts";
import { resolveEngine } from "../../toolchain/engine/resolve.ts";
import { silentCluster } from "./silent-cluster.ts";

const { resolved } = loadStack("dev");
const selection = selectionOf(resolved, ["bizosaas/identity"]);

let folder = "";
let stack: Stack;

beforeAll(async () => {
  const engine = await resolveEngine(() => undefined);
  folder = await mkdtemp(join(tmpdir(), "fleet-selection-"));
  await mkdir(join(folder, "state"));
  stack = await openStack({
    stack: "dev",
    program,
    project: { name: "fleet" },
    stackFile: readStackFile("dev").content,
    folder,
    cli: engine.root,
    environment: {
      ...engine.environment,
      KUBECONFIG: await silentCluster(folder, "fleet-local"),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "only for this test",
    },
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const targets = async () => selectionTargets(resolved, selection, { project: "fleet", state: await stateOf(stack) });

/** What a preview would do, as `operation type::name`, without what stays the same. */
async function operations(target?: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  await stack.preview({
    parallel: 200,
    ...(target ? { target: [...target] } : {}),
    onEvent: ({ resourcePreEvent }) => {
      if (!resourcePreEvent || resourcePreEvent.metadata.op === "same") return;
      const { op, urn, type } = resourcePreEvent.metadata;
      found.push(`${op} ${type}::${urn.split("::").at(-1) ?? ""}`);
    },
  });
  return found;
}

/** Puts into the state what an earlier program has registered and this one does not. */
async function importComponent(name: string): Promise<void> {
  const root = "urn:pulumi:dev::fleet::pulumi:pulumi:Stack::fleet-dev";
  const type = "fleet:microservice:Microservice";
  const deployment = {
    manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" },
    resources: [
      { urn: root, custom: false, type: "pulumi:pulumi:Stack" },
      { urn: `urn:pulumi:dev::fleet::${type}::${name}`, custom: false, type, parent: root },
    ],
  };
  await stack.importStack({ version: 3, deployment });
}

describe("an update of a selection", () => {
  it("creates the selected services and what they need, and nothing else", async () => {
    const found = await operations(await targets());
    const kubernetes = found.filter((one) => one.includes(" kubernetes:"));
    expect(kubernetes.map((one) => one.split("::").at(-1)).sort()).toEqual(
      renderSelection(resolved, selection)
        .map(({ logicalName }) => logicalName)
        .sort(),
    );
    expect(found.filter((one) => one.includes("Microservice"))).toEqual([
      "create fleet:microservice:Microservice::bizosaas-identity",
    ]);
    expect(found).toContain("create random:index/randomPassword:RandomPassword::bizosaas-jwt-secret");
    expect(found).not.toContain("create random:index/randomPassword:RandomPassword::bizosaas-openai-api-key");
  });

  it("deletes nothing that it does not select, where an update of everything would", async () => {
    await importComponent("bizosaas-gone");
    const gone = "delete fleet:microservice:Microservice::bizosaas-gone";
    expect(await operations()).toContain(gone);
    expect((await operations(await targets())).filter((one) => !one.startsWith("create"))).toEqual([]);
  });
});
