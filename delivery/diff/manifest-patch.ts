import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { canonicalYaml } from "../../model/render/canonical.ts";
import { objectChanges } from "./object-changes.ts";
import type { Snapshot, SnapshotObject } from "./snapshot.ts";

/** The canonical YAML of every object that differs in a stack, as a unified difference; empty where none does. */
export function manifestPatch(stack: string, before: Snapshot, after: Snapshot): string {
  const objects = (snapshot: Snapshot): readonly SnapshotObject[] => {
    const found = snapshot.stacks.find((one) => one.stack === stack);
    return found?.resolved === true ? found.objects : [];
  };
  return objectChanges(objects(before), objects(after))
    .map(({ path, before: old, after: now }) =>
      createTwoFilesPatch(
        old ? `a/${stack}/${path}` : "/dev/null",
        now ? `b/${stack}/${path}` : "/dev/null",
        old ? canonicalYaml(old) : "",
        now ? canonicalYaml(now) : "",
        undefined,
        undefined,
        { headerOptions: FILE_HEADERS_ONLY },
      ),
    )
    .join("");
}
