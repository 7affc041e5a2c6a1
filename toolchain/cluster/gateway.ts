import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { buildGoTool } from "../go/build.ts";
import { pinnedVersion } from "../go/modules.ts";
import { ensureProgramImage } from "../images/system.ts";
import type { CustomResourceDefinition } from "../openapi/custom-resources.ts";
import { GATEWAY_API, ISTIO, readDefinitions } from "../openapi/definitions.ts";
import { reported, ToolchainError, type Progress } from "../progress.ts";
import type { Manifest } from "./addons.ts";
import { GATEWAY_LABEL, gatewayManifests, type LocalGateway } from "./gateway-manifests.ts";
import { clusterLayout } from "./layout.ts";
import { kubectl } from "./readiness.ts";
import type { LocalCluster } from "./start.ts";

/** How long the gateway may take to serve once its image is there, in milliseconds. */
const START_TIMEOUT = 90_000;

/** Names on each definition what it was made of. */
const GENERATION = "fleet.dev/generation";

/** Lets the running cluster take the objects of Gateway API and Istio, whatever follows them. */
export async function ensureTrafficDefinitions(progress: Progress): Promise<void> {
  const read = await Promise.all([GATEWAY_API, ISTIO].map((source) => readDefinitions(source, progress)));
  const definitions = read.flat();
  const generation = createHash("sha256").update(JSON.stringify(definitions)).digest("hex").slice(0, 16);
  const present = await kubectl(clusterLayout, ["get", "crd", "-o=name", `--selector=${GENERATION}=${generation}`]);
  // To apply them takes seconds: the larger half of a megabyte goes to the API server and back.
  if (present.stdout.split("\n").filter((name) => name !== "").length === definitions.length) return;
  await apply(definitions.map((definition) => labelled(definition, generation)));
  const names = definitions.map(({ metadata }) => `crd/${metadata.name}`);
  const waited = await kubectl(clusterLayout, ["wait", "--for=condition=Established", "--timeout=20s", ...names], {
    timeout: 30_000,
  });
  if (waited.exitCode !== 0) throw new ToolchainError(`The cluster did not take the definitions:\n${waited.stderr}`);
}

function labelled(definition: CustomResourceDefinition, generation: string): Manifest {
  return { ...definition, metadata: { ...definition.metadata, labels: { [GENERATION]: generation } } };
}

/**
 * Runs the gateway in the local cluster, or finds it running: Traefik, built from its Go module.
 *
 * @param cluster The cluster, running.
 */
export async function ensureGateway(gateway: LocalGateway, cluster: LocalCluster, progress: Progress): Promise<void> {
  const program = await buildGateway(progress);
  const image = await ensureProgramImage("traefik", program, cluster, progress);
  await reported(progress, "Waiting for the gateway", async () => {
    await apply(gatewayManifests(gateway, image));
    await waitUntilServing(gateway);
  });
}

/** Builds the gateway's program, or finds it in the cache; returns its path. The first time it takes minutes. */
export async function buildGateway(progress: Progress): Promise<string> {
  const version = await pinnedVersion("traefik", "github.com/traefik/traefik/v3");
  const packages = ["github.com/traefik/traefik/v3/cmd/traefik"];
  return join(await buildGoTool({ module: "traefik", packages, version }, progress), "traefik");
}

/** Removes the gateway from the running cluster, if it is there: the definitions stay, for they cost nothing. */
export async function removeGateway(): Promise<void> {
  const selector = Object.entries(GATEWAY_LABEL).map(([key, value]) => `${key}=${value}`);
  const args = ["delete", "namespace,clusterrole,clusterrolebinding", `--selector=${selector.join(",")}`];
  const result = await kubectl(clusterLayout, [...args, "--timeout=30s"], { timeout: 40_000 });
  if (result.exitCode !== 0) throw new ToolchainError(`The gateway could not be removed:\n${result.stderr}`);
}

async function apply(items: readonly Manifest[]): Promise<void> {
  const args = ["apply", "--server-side", "--force-conflicts", "--field-manager=fleet-cluster", "-f", "-"];
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const result = await kubectl(clusterLayout, args, { input, timeout: 60_000 });
  if (result.exitCode !== 0) throw new ToolchainError(`The cluster refused the gateway's objects:\n${result.stderr}`);
}

async function waitUntilServing({ namespace, className }: LocalGateway): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT;
  for (;;) {
    const [rollout, accepted] = await Promise.all([
      kubectl(clusterLayout, ["rollout", "status", "-n", namespace, "deployment/traefik", "--timeout=2s"]),
      kubectl(clusterLayout, [
        "get",
        `gatewayclass/${className}`,
        '-o=jsonpath={.status.conditions[?(@.type=="Accepted")].status}',
      ]),
    ]);
    if (rollout.exitCode === 0 && accepted.stdout === "True") return;
    if (Date.now() > deadline) {
      const logs = await kubectl(clusterLayout, ["logs", "-n", namespace, "deployment/traefik", "--tail=15"]);
      throw new ToolchainError(`The gateway did not get ready in ${START_TIMEOUT / 1000} s:\n${logs.stdout}`);
    }
    await sleep(300);
  }
}
