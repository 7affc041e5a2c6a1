import { coerce, parse, satisfies } from "semver";

/**
 * Whether a CLI that calls itself `version` (what `pulumi version` prints: `v3.256.0`) fits the SDK range of
 * package.json (`^3.256.0`). A development build counts as the release it is based on.
 */
export function isSuitable(version: string, sdkRange: string): boolean {
  const release = coerce(parse(version.trim())?.version ?? version);
  return release !== null && satisfies(release, sdkRange);
}
