import type { StackSnapshot } from "./snapshot.ts";

/** A migration file that comes, goes or says something else. */
export interface MigrationChange {
  /** `migrations/<platform>/<file>`. */
  readonly file: string;
  /** The database it migrates: `bizosaas/postgres`. */
  readonly database: string;
  /** `changed` is a danger: a database that has run the file will refuse it, or never see the change. */
  readonly change: "added" | "changed" | "removed";
}

/** Every migration file that differs, in the order of their names. */
export function migrationChanges(before: StackSnapshot | undefined, after: StackSnapshot): readonly MigrationChange[] {
  const [old, now] = [filesOf(before), filesOf(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names.flatMap((file): readonly MigrationChange[] => {
    const [was, is] = [old.get(file), now.get(file)];
    const database = is?.database ?? was?.database ?? "";
    if (!was) return [{ file, database, change: "added" }];
    if (!is) return [{ file, database, change: "removed" }];
    return was.hash === is.hash ? [] : [{ file, database, change: "changed" }];
  });
}

function filesOf(stack: StackSnapshot | undefined): ReadonlyMap<string, { database: string; hash: string }> {
  return new Map(
    (stack?.migrations ?? []).flatMap(({ platform, database, files }) =>
      Object.entries(files).map(
        ([name, hash]) => [`migrations/${platform}/${name}`, { database: `${platform}/${database}`, hash }] as const,
      ),
    ),
  );
}
