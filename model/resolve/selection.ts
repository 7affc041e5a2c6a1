import { closure, type Graph } from "../graph/graph.ts";
import type { Issue, Result } from "../issue.ts";
import type { ResolvedPlatform, ResolvedStack } from "./resolved.ts";
import type { ResolvedCanary } from "./resolved-traffic.ts";

/**
 * A stack with only the named services or datastores and all that they need: every link followed, optional ones too.
 *
 * Who may call whom stays as in the whole stack: what is not selected may be running, and must not lose its way in.
 *
 * @param names `crm`, or `bizosaas/crm` where two platforms have one. None selects the whole stack.
 */
export function selectServices(stack: ResolvedStack, names: readonly string[]): Result<ResolvedStack> {
  if (names.length === 0) return { ok: true, value: stack };
  const graph = linksOf(stack);
  const issues: Issue[] = [];
  const selected = new Set<string>();
  for (const name of names) {
    const found = [...graph.keys()].filter((id) => id === name || id.endsWith(`/${name}`));
    const [only, ...others] = found;
    if (only === undefined || others.length > 0) issues.push(notOne(name, found, [...graph.keys()]));
    else for (const id of closure(graph, only)) selected.add(id);
  }
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, value: reduced(stack, selected) };
}

function notOne(name: string, found: readonly string[], known: readonly string[]): Issue {
  return {
    path: `--only ${name}`,
    problem: found.length === 0 ? "the stack has no such service" : "more than one platform has a service of this name",
    value: name,
    allowed: `one of ${(found.length === 0 ? known : found).join(", ")}`,
    fix: found.length === 0 ? "correct the name" : "name the platform too",
  };
}

/** Everything in the stack by `platform/name`, with what it links to. */
function linksOf(stack: ResolvedStack): Graph {
  return new Map<string, readonly string[]>(
    stack.platforms.flatMap((platform) => {
      const id = (name: string) => `${platform.name}/${name}`;
      return [
        ...[...platform.services, ...platform.tasks].map(
          ({ name, links }) => [id(name), links.map(({ target }) => id(target))] as const,
        ),
        ...platform.datastores.map(({ name }) => [id(name), []] as const),
        ...platform.absent.map(({ datastore }) => [id(datastore), []] as const),
      ];
    }),
  );
}

function reduced(stack: ResolvedStack, selected: ReadonlySet<string>): ResolvedStack {
  const platforms = stack.platforms.flatMap((platform) => {
    const isSelected = (name: string) => selected.has(`${platform.name}/${name}`);
    const rest: ResolvedPlatform = {
      ...platform,
      services: platform.services.filter(({ name }) => isSelected(name)),
      tasks: platform.tasks.filter(({ name }) => isSelected(name)),
      datastores: platform.datastores.filter(({ name }) => isSelected(name)),
      absent: platform.absent.filter(({ datastore }) => isSelected(datastore)),
      migrations: platform.migrations.filter(({ database }) => isSelected(database.name)),
      backups: platform.backups.filter(({ database }) => isSelected(database.name)),
      waves: platform.waves.map((wave) => wave.filter(isSelected)).filter((wave) => wave.length > 0),
      routes: platform.routes.filter(({ service }) => isSelected(service)),
      ...(platform.canary ? { canary: reducedCanary(platform.canary, isSelected) } : {}),
    };
    const kept = [rest.services, rest.tasks, rest.datastores, rest.absent];
    return kept.every(({ length }) => length === 0) ? [] : [rest];
  });
  const used = new Set(platforms.flatMap(imagesOf));
  return {
    ...stack,
    images: Object.fromEntries(Object.entries(stack.images).filter(([key]) => used.has(key))),
    platforms,
    absent: platforms.flatMap(({ absent }) => absent),
  };
}

function reducedCanary(canary: ResolvedCanary, isSelected: (name: string) => boolean): ResolvedCanary {
  return {
    ...canary,
    services: canary.services.filter(({ name }) => isSelected(name)),
    waves: canary.waves.map((wave) => wave.filter(isSelected)).filter((wave) => wave.length > 0),
    neighbours: canary.neighbours.filter(({ name }) => isSelected(name)),
  };
}

function imagesOf(platform: ResolvedPlatform): readonly string[] {
  return [
    ...[...platform.services, ...platform.tasks, ...(platform.canary?.services ?? [])].map(({ image }) => image),
    ...platform.datastores.flatMap((datastore) => (datastore.kind === "inCluster" ? [datastore.image] : [])),
    ...platform.migrations.map(({ image }) => image),
  ];
}
