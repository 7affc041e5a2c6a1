import type { Migration } from "../../../../model/declaration/migration.ts";
import { DEFAULT_PLAN } from "../../../../delivery/release/plan.ts";
import { resumeRelease, startRelease, type ReleaseRequest } from "../../../../delivery/release/release.ts";
import type { ReleaseState } from "../../../../delivery/release/state.ts";
import { Process } from "./process.ts";
import { World, type Fault, type Trouble } from "./world.ts";

export const EXPAND: Migration = { version: 1, file: "001.do.audit.sql", effect: "expand", undoable: true };
export const EXPAND_MORE: Migration = { version: 2, file: "002.do.index.sql", effect: "expand", undoable: true };
export const CONTRACT: Migration = { version: 3, file: "003.do.drop.sql", effect: "contract", undoable: true };

/** A release of the fake platform: seed 003's way, with all stages. */
export function request(id: string, changes: Partial<ReleaseRequest> = {}): ReleaseRequest {
  return {
    ...DEFAULT_PLAN,
    id,
    platform: "sophia",
    version: `v-${id}`,
    migrations: [EXPAND],
    syntheticChecks: ["slack post", "CRM task", "Neon query"],
    ...changes,
  };
}

let served: Promise<World> | undefined;

/** A world in which a good release, `r1`, has been verified and serves. */
export async function servedWorld(): Promise<World> {
  served ??= (async () => {
    const world = new World();
    await release(world, request("r1", { migrations: [] }));
    return world;
  })();
  return (await served).copy();
}

/** Releases in a process of its own, to the end. */
export async function release(
  world: World,
  wanted: ReleaseRequest,
  holder = `host-${wanted.id}`,
): Promise<ReleaseState> {
  return world.time.until(startRelease(wanted, { ports: new Process(world, holder).ports, holder }));
}

/** What is wrong, with what a release and around it. */
export interface Setting {
  readonly fault?: Fault;
  readonly troubles?: readonly Trouble[];
  readonly changes?: Partial<ReleaseRequest>;
}

/** A served world in which `r2` is about to go out. */
export async function worldOf({ fault, troubles = [] }: Setting): Promise<World> {
  const world = await servedWorld();
  if (fault) world.faults.set("r2", fault);
  for (const trouble of troubles) world.troubles.add(trouble);
  return world;
}

/**
 * Releases, kills the process at a point of its life, and lets others resume: each of `killAt` but the last is killed as
 * well. A process killed before it wrote anything has begun nothing; the release is then started again.
 */
export async function releaseAndKill(
  world: World,
  wanted: ReleaseRequest,
  killAt: readonly number[],
): Promise<{ readonly kills: number; readonly state: ReleaseState }> {
  for (let kills = 0; ; kills += 1) {
    const process = new Process(world, `process ${kills}`, killAt[kills]);
    const options = { ports: process.ports, holder: process.holder };
    const begun = world.latest()?.state.plan.id === wanted.id;
    const running = begun ? resumeRelease(wanted.platform, options) : startRelease(wanted, options);
    const ended = await world.time.until(Promise.race([process.killed, running]));
    if (ended !== "killed") return { kills, state: ended };
  }
}

/** At how many points a story's only process could be killed. */
export async function pointsOf(setting: Setting): Promise<number> {
  const world = await worldOf(setting);
  const process = new Process(world, "undisturbed");
  await world.time.until(
    startRelease(request("r2", setting.changes), { ports: process.ports, holder: process.holder }),
  );
  return process.points;
}
