import type { ResolvedPlatform } from "./resolved.ts";

/** Every namespace that platforms' objects stand in: their own, and their canaries'. */
export function namespacesOf(platforms: readonly ResolvedPlatform[]): readonly string[] {
  return platforms.flatMap(({ namespace, release }) => [namespace, ...(release ? [release.namespace] : [])]);
}
