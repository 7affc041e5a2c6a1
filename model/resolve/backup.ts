import { boundedName } from "../name.ts";
import type { PlatformContext } from "./context.ts";
import { objectLabels, selectorLabels } from "./labels.ts";
import type { ResolvedBackup, ResolvedDatastore } from "./resolved.ts";

// At night, off the full hour, when every other job starts too.
const NIGHTLY = "17 2 * * *";

const KEPT = 7;

/** The backup of each PostgreSQL database that is ours. One outside is its provider's to back up. */
export function resolveBackups(
  context: PlatformContext,
  datastores: readonly ResolvedDatastore[],
): readonly ResolvedBackup[] {
  return datastores.flatMap((database) => {
    if (!("roles" in database) || database.kind !== "inCluster") return [];
    const { administrator, backup } = database.roles;
    if (!administrator || !backup) return [];
    const settings = context.settings.datastores?.[database.name];
    const said = settings?.kind === "inCluster" ? settings.backup : undefined;
    const objectName = boundedName([database.objectName, "backup"]);
    return [
      {
        database,
        login: backup,
        administrator,
        schedule: said?.schedule ?? NIGHTLY,
        keep: said?.keep ?? KEPT,
        // Dumps are compressed, so that several fit where the database itself does.
        storage: said?.storage ?? database.storage,
        objectName,
        labels: objectLabels(context.platform.name, objectName, "backup", context.stack),
        selector: selectorLabels(context.platform.name, objectName),
      },
    ];
  });
}
