import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { expectEnding } from "./expect-ending.ts";
import { STORIES } from "./stories.ts";
import { pointsOf, releaseAndKill, request, worldOf } from "./story.ts";

/**
 * Tells seeded stories in which the process is killed once, in every third twice, and holds each to the ending that the
 * story has when nobody is killed.
 *
 * @returns how many kills there were.
 */
export async function tellKilledStories(count: number, seed: number): Promise<number> {
  const random = xoroshiro128plus(seed);
  const points = new Map<string, number>();
  let kills = 0;
  for (let told = 0; told < count; told += 1) {
    // Every story in turn, so that each is told however few are.
    const [story, setting, ending] = STORIES[told % STORIES.length] ?? STORIES[0] ?? unreachable();
    const known = points.get(story) ?? (await pointsOf(setting));
    points.set(story, known);
    const first = uniformInt(random, 1, known);
    const killAt = told % 3 === 0 ? [first, uniformInt(random, 1, known)] : [first];
    const world = await worldOf(setting);
    const ended = await releaseAndKill(world, request("r2", setting.changes), killAt);
    kills += ended.kills;
    try {
      expectEnding(world, ended.state, ending);
    } catch (error) {
      throw new Error(`seed ${seed}: "${story}" killed at ${killAt.join(", then ")}`, { cause: error });
    }
  }
  return kills;
}

function unreachable(): never {
  throw new Error("there are no stories");
}
