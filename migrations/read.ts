import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MigrationFiles } from "../model/declaration/platform.ts";

/** Reads `migrations/<platform>/*.sql` for each platform that has any, below the root of the repository. */
export function readMigrations(root: string, platforms: readonly string[]): Readonly<Record<string, MigrationFiles>> {
  const read: Record<string, MigrationFiles> = {};
  for (const platform of platforms) {
    const folder = join(root, "migrations", platform);
    if (!existsSync(folder)) continue;
    const files = readdirSync(folder)
      .filter((file) => file.endsWith(".sql"))
      .sort();
    read[platform] = Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
  }
  return read;
}
