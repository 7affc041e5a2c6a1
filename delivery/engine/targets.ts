import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { isPlainObject } from "../../model/overlay.ts";
import { placeholdersIn } from "../../model/placeholder.ts";
import { renderSelection } from "../../model/render/selection.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";

/** A resource in a stack's state, as far as targets depend on it. */
export interface StateResource {
  readonly urn: string;
  readonly parent?: string;
}

/**
 * The resources that an update of a selection may touch, as URNs and patterns for the engine's `target`.
 *
 * The program registers the whole stack all the same. Only a part of it registered would look to the engine like the rest
 * deleted, and network policies would lock out callers that are running. What is no target stays as it is: neither
 * created, nor changed, nor deleted. Source: Pulumi CLI, `pulumi up --target`.
 *
 * What everything hangs on (the stack itself, the provider, components) is a target only while it is new: the engine
 * takes all below a target for a part of it, and refuses the update if anything there is no longer declared.
 *
 * @param project The Pulumi project's name, a part of each URN.
 */
export function selectionTargets(
  stack: ResolvedStack,
  selection: ResolvedStack,
  { project, state }: { readonly project: string; readonly state: readonly StateResource[] },
): readonly string[] {
  const objects = renderSelection(stack, selection);
  const asked = placeholdersIn(objects.map(({ object }) => object));
  const secretKeys = asked.flatMap(({ kind, key }) =>
    kind === "secret" ? [key] : kind === "secretHash" ? key.split(",") : [],
  );
  const images = asked.flatMap(({ kind, key }) => (kind === "image" ? [imageResource(key)] : []));
  const components = new Set(objects.map(({ component }) => component));
  const structure = [
    `${project}-${stack.stack}`,
    "cluster",
    "secrets",
    ...images,
    ...selection.platforms.map(({ name }) => name),
    ...components,
  ];
  const known = new Set(state.map(({ urn }) => nameOf(urn)));
  const names = [
    ...structure.filter((name) => !known.has(name)),
    "hash-key",
    ...secretKeys.map(secretResource),
    ...images.map((name) => `${name}-build`),
    ...objects.map(({ logicalName }) => logicalName),
  ];
  const platforms = new Set(selection.platforms.map(({ name }) => name));
  // What a selected component no longer has goes with this update. A platform's own children are other components.
  const children = state.filter(({ parent = "" }) => components.has(nameOf(parent)) && !platforms.has(nameOf(parent)));
  return [
    ...[...new Set(names)].map((name) => `urn:pulumi:${stack.stack}::${project}::**::${name}`),
    ...children.map(({ urn }) => urn),
  ];
}

/** Everything in the state of a stack. */
export async function stateOf(stack: Stack): Promise<readonly StateResource[]> {
  const exported: { readonly deployment?: unknown } = await stack.exportStack();
  const resources = isPlainObject(exported.deployment) ? exported.deployment["resources"] : undefined;
  if (!Array.isArray(resources)) return [];
  return (resources as readonly unknown[]).flatMap((resource) => {
    if (!isPlainObject(resource) || typeof resource["urn"] !== "string") return [];
    const { urn, parent } = resource;
    return [{ urn, ...(typeof parent === "string" ? { parent } : {}) }];
  });
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

/** What `components/secrets.ts` calls the resource of a generated secret. */
function secretResource(key: string): string {
  return key.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

/** What `components/deployment.ts` calls an image. */
function imageResource(key: string): string {
  return `image-${key.replaceAll(/[^a-z0-9-]+/g, "-")}`;
}
