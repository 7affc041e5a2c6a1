import { existsSync } from "node:fs";
import { join } from "node:path";
import { pluginVersion, STAND_IN_PROVIDERS, type StandInProvider } from "../providers/version.ts";
import type { Progress } from "../progress.ts";
import { downloadPlugin, pulumiHome } from "./download.ts";

/** The providers whose official plugin is neither installed nor to be downloaded: these need a stand-in. */
export async function providersWithoutPlugin(pulumi: string, progress: Progress): Promise<StandInProvider[]> {
  const missing: StandInProvider[] = [];
  for (const provider of STAND_IN_PROVIDERS) {
    const version = await pluginVersion(provider);
    if (isInstalled(pulumiHome(), provider, version)) continue;
    if (!(await downloadPlugin(pulumi, provider, version, progress))) missing.push(provider);
  }
  return missing;
}

/**
 * Whether the official plugin of exactly this version is in the plugin folder.
 *
 * The engine leaves `….partial` beside a plugin whose download was interrupted, and does not use it.
 */
export function isInstalled(home: string, provider: string, version: string): boolean {
  const folder = join(home, "plugins", `resource-${provider}-v${version}`);
  return existsSync(join(folder, `pulumi-resource-${provider}`)) && !existsSync(`${folder}.partial`);
}
