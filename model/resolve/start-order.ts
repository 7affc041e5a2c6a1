import { findCycle, waves, type Graph } from "../graph/graph.ts";
import type { PlatformContext } from "./context.ts";
import type { ResolvedService } from "./resolved.ts";

/** Names of services in the order they may start: all of one wave together, each wave after the one before. */
export function startOrder(
  context: PlatformContext,
  services: readonly ResolvedService[],
): readonly (readonly string[])[] {
  const names = new Set(services.map(({ name }) => name));
  const graph: Graph = new Map(
    services.map((service) => [
      service.name,
      service.links.flatMap((link) =>
        link.kind === "service" && link.required && names.has(link.target) ? [link.target] : [],
      ),
    ]),
  );
  const cycle = findCycle(graph);
  if (!cycle) return waves(graph);
  context.report({
    path: `services.${context.platform.name}.${cycle[0] ?? ""}.links`,
    problem: `required links form a cycle, so that none could start first: ${cycle.join(" → ")}`,
    allowed: "required links without a cycle",
    fix: "make one of these links optional: link(target, { required: false })",
  });
  return [];
}
