import type { ResolvedStack } from "../resolve/resolved.ts";
import { renderStack, type Rendered } from "./stack.ts";

/**
 * The objects that a selection stands for, as the whole stack has them: what its services own, and what its platforms
 * share. A shared Secret keeps the keys of services outside the selection.
 */
export function renderSelection(stack: ResolvedStack, selection: ResolvedStack): readonly Rendered[] {
  const owners = new Set(
    selection.platforms.flatMap(({ name, services, tasks, datastores }) => [
      name,
      ...[...services, ...tasks, ...datastores].map((owner) => `${name}/${owner.name}`),
    ]),
  );
  return renderStack(stack).filter(({ platform, owner }) =>
    owners.has(owner === undefined ? platform : `${platform}/${owner}`),
  );
}
