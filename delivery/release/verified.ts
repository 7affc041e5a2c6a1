import type { VerifiedRelease } from "./plan.ts";
import { servingAfter, type ReleaseState } from "./state.ts";

/** The verified releases of a platform, the newest first. @param history of its releases, the newest first. */
export function verifiedReleases(history: readonly ReleaseState[]): readonly VerifiedRelease[] {
  return history.flatMap((state) => (state.status.kind === "done" ? (servingAfter(state) ?? []) : []));
}

/**
 * The verified release that a rollback by hand goes to: the one named by its id or version, or the newest that does not
 * serve already. Undefined where there is none.
 */
export function rollbackTarget(history: readonly ReleaseState[], named?: string): VerifiedRelease | undefined {
  const verified = verifiedReleases(history);
  if (named !== undefined) return verified.find(({ id, version }) => id === named || version === named);
  const [latest] = history;
  const serving = latest && servingAfter(latest);
  return verified.find(({ id }) => id !== serving?.id);
}

/** Migrations applied since a release that it may not run on: files that contract or cannot be undone. */
export function schemaSince(history: readonly ReleaseState[], target: VerifiedRelease): readonly string[] {
  const index = history.findIndex(({ plan }) => plan.id === target.id);
  return history.slice(0, Math.max(0, index)).flatMap(({ plan, schema }) =>
    plan.migrations
      .filter(({ effect }) => effect !== "expand")
      .filter(({ file }) => schema.kind === "unknown" || (schema.kind === "known" && schema.applied.includes(file)))
      .map(({ file, effect }) => `${file} (${effect})`),
  );
}
