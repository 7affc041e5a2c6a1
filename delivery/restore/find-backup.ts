import type { Issue, Result } from "../../model/issue.ts";
import type { ResolvedBackup, ResolvedStack } from "../../model/resolve/resolved.ts";
import { DUMP_FILE } from "./dumps.ts";

/** Which database is meant, and which of its dumps. */
export interface BackupChoice {
  readonly platform: string;
  readonly datastore: string;
  /** A dump's name, or `latest`. */
  readonly backup: string;
}

/** The backups of the database that is meant, or everything that is wrong with the choice. */
export function findBackup(stack: ResolvedStack, choice: BackupChoice): Result<ResolvedBackup> {
  const issues: Issue[] = [];
  const all = stack.platforms.flatMap(({ name, backups }) => backups.map((backup) => ({ platform: name, backup })));
  const ofPlatform = all.filter(({ platform }) => platform === choice.platform);
  const found = ofPlatform.find(({ backup }) => backup.database.name === choice.datastore)?.backup;
  if (ofPlatform.length === 0) {
    issues.push({
      path: "--platform",
      problem: `the stack ${stack.stack} has no backups of this platform`,
      value: choice.platform,
      allowed: oneOf(all.map(({ platform }) => platform)),
      fix: "name a platform with a PostgreSQL database in the cluster; one outside is its provider's to restore",
    });
  } else if (!found) {
    issues.push({
      path: "--datastore",
      problem: `${choice.platform} has no backups of this datastore`,
      value: choice.datastore,
      allowed: oneOf(ofPlatform.map(({ backup }) => backup.database.name)),
      fix: "name a PostgreSQL database in the cluster",
    });
  }
  if (choice.backup !== "latest" && !DUMP_FILE.test(choice.backup)) {
    issues.push({
      path: "--backup",
      problem: "not the name of a dump",
      value: choice.backup,
      allowed: "latest, or a name that --list shows, such as bizosaas-20260101T021700Z.dump",
      fix: "see which there are: fleet restore --list",
    });
  }
  return found && issues.length === 0 ? { ok: true, value: found } : { ok: false, issues };
}

function oneOf(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : `one of ${[...new Set(names)].join(", ")}`;
}
