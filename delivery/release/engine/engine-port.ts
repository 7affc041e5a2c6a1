import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import type { ResolvedPlatform, ResolvedStack } from "../../../model/resolve/resolved.ts";
import type { Cluster } from "../../cluster-client/cluster.ts";
import type { EngineRun } from "../../engine/events.ts";
import { imageTargets, objectTargets, removalTargets, stateOf, type KnownState } from "../../engine/targets.ts";
import { update } from "../../engine/update.ts";
import { WorkFailedError, type EnginePort, type TrafficPort, type WorkContext } from "../ports.ts";
import type { DeployedStore } from "./deployed-store.ts";
import { deployedImages, imageKeys, pinnedImages, revisionsOf } from "./revisions.ts";
import { objectsOf, stableSide, withDeployed } from "./sides.ts";

/** What the ports over the engine work with. */
export interface EngineSurroundings {
  /** Opens the stack; only ever called by a process that holds the platform's lock. */
  readonly open: () => Promise<Stack>;
  /** The program that registers this stack. */
  readonly programOf: (stack: ResolvedStack) => PulumiFn;
  /** The stack as it is declared now: with a canary of the platform at a weight, or without one. */
  readonly resolve: (platform: string, canaryWeight?: number) => ResolvedStack;
  readonly project: string;
  readonly policyPacks: readonly string[];
  readonly cluster: Cluster;
  readonly deployed: DeployedStore;
  /** Resolves when the gateway has had the time to take a route up. */
  readonly routed: (platform: ResolvedPlatform, signal: AbortSignal) => Promise<void>;
  readonly onRun: (run: EngineRun) => void;
  readonly onNotice: (text: string) => void;
}

/**
 * The release's work by the real engine. Each step registers the whole stack and targets its own part: the canary, the
 * routes, or the stable side. What a step does not target stays as the one before left it, so that the stable pods keep
 * what they run until they are meant to change.
 */
export function engineOver(surroundings: EngineSurroundings): {
  readonly engine: EnginePort;
  readonly traffic: TrafficPort;
} {
  const { resolve, project, deployed } = surroundings;
  const known = async (): Promise<KnownState> => ({ project, state: await stateOf(await surroundings.open()) });
  const engine: EnginePort = {
    build: async (context) => {
      const stack = resolve(context.plan.platform, 0);
      const platform = platformIn(stack, context.plan.platform);
      await run(surroundings, context, stack, imageTargets(stack, imageKeys(platform), await known()));
      const images = deployedImages(stack, (await known()).state);
      const { plan } = context;
      await deployed.keep(
        plan.id,
        { platform: stableSide(platform), images: pinnedImages(platform, images) },
        plan.previous ? [plan.previous.id] : [],
      );
      return revisionsOf(platform, images);
    },
    deployCanary: async (context) => {
      const { platform } = context.plan;
      const stack = resolve(platform, 0);
      const ground = objectsOf(stack, platform, ["stable"]).filter(
        ({ component }) => component === `${platform}-canary`,
      );
      const objects = [...ground, ...objectsOf(stack, platform, ["canary", "route"])];
      await run(surroundings, context, stack, objectTargets(stack, objects, await known()));
    },
    deployStable: async (context) => {
      const { platform } = context.plan;
      // The canary serves meanwhile.
      const stack = resolve(platform, 100);
      await run(
        surroundings,
        context,
        stack,
        objectTargets(stack, objectsOf(stack, platform, ["stable"]), await known()),
      );
    },
    removeCanary: async (context) => {
      const { platform } = context.plan;
      const stack = resolve(platform);
      const state = await known();
      const routes = objectsOf(stack, platform, ["route"]);
      const gone = removalTargets(
        objectsOf(resolve(platform, 0), platform, ["canary"]),
        objectsOf(stack, platform, ["stable"]),
        state,
      );
      await run(surroundings, context, stack, [...objectTargets(stack, routes, state), ...gone]);
    },
    restoreStable: async (context, release) => {
      const { platform } = context.plan;
      const before = await deployed.read(platform, release.id);
      if (!before) throw new WorkFailedError(`what release ${release.id} deployed is no longer remembered`);
      const stack = withDeployed(resolve(platform, 0), before);
      await run(
        surroundings,
        context,
        stack,
        objectTargets(stack, objectsOf(stack, platform, ["stable"]), await known()),
      );
    },
  };
  return {
    engine,
    traffic: {
      setWeight: async (context, weight) => {
        const { platform } = context.plan;
        const stack = resolve(platform, weight);
        await run(
          surroundings,
          context,
          stack,
          objectTargets(stack, objectsOf(stack, platform, ["route"]), await known()),
        );
        await surroundings.routed(platformIn(stack, platform), context.signal);
      },
    },
  };
}

/** A stack's platform by its name. */
export function platformIn({ platforms }: ResolvedStack, name: string): ResolvedPlatform {
  const found = platforms.find((platform) => platform.name === name);
  if (!found) throw new WorkFailedError(`the stack has no platform ${name}`);
  return found;
}

async function run(
  surroundings: EngineSurroundings,
  { signal }: WorkContext,
  resolved: ResolvedStack,
  targets: readonly string[],
): Promise<void> {
  const { open, programOf, cluster, policyPacks, onRun, onNotice } = surroundings;
  signal.throwIfAborted();
  const stack = await open();
  stack.workspace.program = programOf(resolved);
  const outcome = await update({ stack, resolved, cluster, policyPacks, targets, onRun, onNotice, signal });
  switch (outcome.kind) {
    case "updated":
      return;
    case "rolloutFailed": {
      const { dossiers } = outcome;
      throw new WorkFailedError(dossiers.map(({ summary }) => summary).join("; "), { dossiers });
    }
    case "engineFailed":
      throw new WorkFailedError(outcome.reason);
    case "interrupted":
      throw new WorkFailedError("the update was stopped");
  }
}
