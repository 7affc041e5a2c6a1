import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** Providers that have a stand-in here. */
export const STAND_IN_PROVIDERS = ["kubernetes", "random", "docker"] as const;
export type StandInProvider = (typeof STAND_IN_PROVIDERS)[number];

/** The official plugin's version: that of the installed npm package, which asks the engine for exactly this one. */
export async function pluginVersion(provider: StandInProvider): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve(`@pulumi/${provider}/package.json`);
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
  return version;
}
