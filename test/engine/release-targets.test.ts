import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfiguration } from "../../components/configuration.ts";
import { deploy } from "../../components/deployment.ts";
import { readStackFile, ROOT } from "../../delivery/cli/stack-file.ts";
import { imageTargets, objectTargets, removalTargets, stateOf } from "../../delivery/engine/targets.ts";
import { openStack } from "../../delivery/engine/workspace.ts";
import { imageKeys } from "../../delivery/release/engine/revisions.ts";
import { objectsOf } from "../../delivery/release/engine/sides.ts";
import { renderStack } from "../../model/render/stack.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { resolveEngine } from "../../toolchain/engine/resolve.ts";
import { silentCluster } from "./silent-cluster.ts";
import { sidePlatform, sideStack } from "../delivery/release/engine/release-stack.ts";

let folder = "";
let stack: Stack;

beforeAll(async () => {
  const engine = await resolveEngine(() => undefined);
  folder = await mkdtemp(join(tmpdir(), "fleet-release-"));
  await mkdir(join(folder, "state"));
  stack = await openStack({
    stack: "dev",
    program: programOf(sideStack()),
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

function programOf(resolved: ResolvedStack) {
  return () => Promise.resolve(deploy(resolved, readConfiguration().secrets, ROOT));
}

interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly op: string;
  readonly new?: {
    readonly inputs?: object;
    readonly parent?: string;
    readonly provider?: string;
    readonly custom?: boolean;
  };
}

/** What a preview would do. */
async function previewed(resolved: ResolvedStack, target?: readonly string[]): Promise<readonly Registered[]> {
  stack.workspace.program = programOf(resolved);
  const found: Registered[] = [];
  await stack.preview({
    parallel: 200,
    ...(target ? { target: [...target] } : {}),
    onEvent: ({ resourcePreEvent }) => {
      if (resourcePreEvent) found.push(resourcePreEvent.metadata);
    },
  });
  return found;
}

/** Puts into the state what a program registers, as if it had been deployed. */
async function importDeployed(resolved: ResolvedStack): Promise<void> {
  await stack.importStack({ version: 3, deployment: { manifest: MANIFEST, resources: [] } });
  const registered = await previewed(resolved);
  const resources = registered.map(({ urn, type, new: state }) => {
    const custom = state?.custom ?? !/^(fleet:|pulumi:pulumi:)/.test(type);
    return {
      urn,
      type,
      custom,
      ...(custom
        ? { id: type.startsWith("pulumi:providers:") ? PROVIDER_ID : `id-${urn.split("::").at(-1) ?? ""}` }
        : {}),
      ...(state?.inputs ? { inputs: opened(state.inputs), outputs: opened(state.inputs) } : {}),
      ...(state?.parent ? { parent: state.parent } : {}),
      ...(state?.provider ? { provider: state.provider.replace(/::[^:]*$/, `::${PROVIDER_ID}`) } : {}),
    };
  });
  await stack.importStack({ version: 3, deployment: { manifest: MANIFEST, resources } });
}

/** Secrets as plain text: what they are is of no matter here. */
function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) return "secret";
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, opened(one)]));
}

const SECRET = "4dabf18193072939515e22adb298388d";
const MANIFEST = { time: "2026-01-01T00:00:00Z", magic: "", version: "" };
const PROVIDER_ID = "00000000-0000-0000-0000-000000000001";
const known = async () => ({ project: "fleet", state: await stateOf(stack) });

/** The objects that an update of targets would touch, as `operation name`. */
async function touched(resolved: ResolvedStack, target: readonly string[]): Promise<readonly string[]> {
  const all = await previewed(resolved, target);
  return all
    .filter(({ op, type }) => op !== "same" && type.startsWith("kubernetes:"))
    .map(({ op, urn }) => `${op} ${urn.split("::").at(-1) ?? ""}`)
    .sort();
}

const namesOf = (resolved: ResolvedStack, role: "canary" | "route") =>
  objectsOf(resolved, "bizosaas", [role]).map(({ logicalName }) => logicalName);
const BUSY_MACHINE = { timeout: 400_000 };

describe("a release's steps by the real engine", () => {
  it(
    "build images, then create the canary and point the routes at it, and touch nothing else",
    BUSY_MACHINE,
    async () => {
      await importDeployed(sideStack());
      const resolved = sideStack(0);
      const images = imageTargets(resolved, imageKeys(sidePlatform(0)), await known());
      expect(await touched(resolved, images)).toEqual([]);

      const objects = objectsOf(resolved, "bizosaas", ["canary", "route"]);
      expect(await touched(resolved, objectTargets(resolved, objects, await known()))).toEqual(
        [
          ...namesOf(resolved, "canary").map((name) => `create ${name}`),
          ...namesOf(resolved, "route").map((name) => `update ${name}`),
        ].sort(),
      );
    },
  );

  it("shift the traffic by the routes alone, and remove the canary and nothing else", BUSY_MACHINE, async () => {
    await importDeployed(sideStack(0));
    const [shifted, without] = [sideStack(10), sideStack()];
    const routes = (resolved: ResolvedStack) => objectsOf(resolved, "bizosaas", ["route"]);
    const state = await known();
    expect(await touched(shifted, objectTargets(shifted, routes(shifted), state))).toEqual(
      namesOf(shifted, "route")
        .map((name) => `update ${name}`)
        .sort(),
    );

    const gone = removalTargets(objectsOf(shifted, "bizosaas", ["canary"]), renderStack(without), state);
    expect(await touched(without, [...objectTargets(without, routes(without), state), ...gone])).toEqual(
      [
        ...namesOf(shifted, "canary").map((name) => `delete ${name}`),
        ...namesOf(without, "route").map((name) => `update ${name}`),
      ].sort(),
    );
  });
});
