import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { isPlainObject } from "../../model/overlay.ts";
import { placeholdersIn } from "../../model/placeholder.ts";
import { renderSelection } from "../../model/render/selection.ts";
import type { Rendered } from "../../model/render/stack.ts";
import type { ResolvedImage, ResolvedStack } from "../../model/resolve/resolved.ts";

/** A resource in a stack's state, as far as targets depend on it. */
export interface StateResource {
  readonly urn: string;
  readonly parent?: string;
  /** Of a built image: its reference by digest. */
  readonly repoDigest?: string;
}

/** A stack's state as targets depend on it. */
export interface KnownState {
  /** The Pulumi project's name, a part of each URN. */
  readonly project: string;
  readonly state: readonly StateResource[];
}

/** The resources that an update of a selection may touch. */
export function selectionTargets(stack: ResolvedStack, selection: ResolvedStack, known: KnownState): readonly string[] {
  return objectTargets(stack, renderSelection(stack, selection), known);
}

/**
 * The resources that an update of some of a stack's objects may touch, as URNs and patterns for the engine's `target`:
 * the objects with the secrets and images that they ask for.
 *
 * The program registers the whole stack all the same. Only a part of it registered would look to the engine like the rest
 * deleted, and network policies would lock out callers that are running. What is no target stays as it is: neither
 * created, nor changed, nor deleted. Source: Pulumi CLI, `pulumi up --target`.
 *
 * What everything hangs on (the stack itself, the provider, components) is a target only while it is new: the engine
 * takes all below a target for a part of it, and refuses the update if anything there is no longer declared.
 */
export function objectTargets(
  stack: ResolvedStack,
  objects: readonly Rendered[],
  { project, state }: KnownState,
): readonly string[] {
  const asked = placeholdersIn(objects.map(({ object }) => object));
  const secretKeys = asked.flatMap(({ kind, key }) =>
    kind === "secret" ? [key] : kind === "secretHash" ? key.split(",") : [],
  );
  const images = asked.flatMap(({ kind, key }) => (kind === "image" ? [key] : []));
  const platforms = new Set(objects.map(({ platform }) => platform));
  const components = new Set(objects.map(({ component }) => component));
  const structure = [`${project}-${stack.stack}`, "cluster", "secrets", ...platforms, ...components];
  const known = new Set(state.map(({ urn }) => nameOf(urn)));
  const names = [
    ...structure.filter((name) => !known.has(name)),
    "hash-key",
    ...secretKeys.map(secretResource),
    ...imageNames(stack, images, known),
    ...objects.map(({ logicalName }) => logicalName),
  ];
  // What a selected component no longer has goes with this update. A platform's own children are other components.
  const children = state.filter(({ parent = "" }) => components.has(nameOf(parent)) && !platforms.has(nameOf(parent)));
  return [...patterns(stack, project, names), ...children.map(({ urn }) => urn)];
}

/** The resources that building some images may touch. @param keys as the stack knows them. */
export function imageTargets(
  stack: ResolvedStack,
  keys: readonly string[],
  { project, state }: KnownState,
): readonly string[] {
  const known = new Set(state.map(({ urn }) => nameOf(urn)));
  const root = `${project}-${stack.stack}`;
  return patterns(stack, project, [...(known.has(root) ? [] : [root]), ...imageNames(stack, keys, known)]);
}

/** What the state still has of objects that the program no longer declares. */
export function removalTargets(
  objects: readonly Rendered[],
  declared: readonly Rendered[],
  { state }: KnownState,
): readonly string[] {
  const gone = new Set(objects.flatMap(({ logicalName, component }) => [logicalName, component]));
  for (const { logicalName, component } of declared) {
    gone.delete(logicalName);
    gone.delete(component);
  }
  return state.flatMap(({ urn }) => (gone.has(nameOf(urn)) ? [urn] : []));
}

/**
 * What `components/image.ts` calls the resource whose outputs name a build by its digest: the build itself, or the component
 * that joins several.
 */
export function buildResource(key: string, image: ResolvedImage): string {
  return image.kind === "build" && image.buildx ? imageResource(key) : `${imageResource(key)}-build`;
}

/** What it calls all that an image is built by. */
function buildResources(key: string, image: ResolvedImage | undefined): readonly string[] {
  if (image?.kind !== "build") return [];
  const name = imageResource(key);
  if (!image.buildx) return [`${name}-build`];
  return [
    ...image.buildx.platforms.map((platform) => `${name}-build-${platform.replace("linux/", "")}`),
    `${name}-index`,
  ];
}

/** A component only while it is new, and its build where the stack builds it. */
function imageNames(stack: ResolvedStack, keys: readonly string[], known: ReadonlySet<string>): readonly string[] {
  return [...new Set(keys)].flatMap((key) => [
    ...(known.has(imageResource(key)) ? [] : [imageResource(key)]),
    ...buildResources(key, stack.images[key]),
  ]);
}

function patterns(stack: ResolvedStack, project: string, names: readonly string[]): readonly string[] {
  return [...new Set(names)].map((name) => `urn:pulumi:${stack.stack}::${project}::**::${name}`);
}

/** Everything in the state of a stack. */
export async function stateOf(stack: Stack): Promise<readonly StateResource[]> {
  const exported: { readonly deployment?: unknown } = await stack.exportStack();
  const resources = isPlainObject(exported.deployment) ? exported.deployment["resources"] : undefined;
  if (!Array.isArray(resources)) return [];
  return (resources as readonly unknown[]).flatMap((resource) => {
    if (!isPlainObject(resource) || typeof resource["urn"] !== "string") return [];
    const { urn, parent, outputs } = resource;
    const repoDigest = isPlainObject(outputs) ? (outputs["repoDigest"] ?? outputs["reference"]) : undefined;
    return [
      {
        urn,
        ...(typeof parent === "string" ? { parent } : {}),
        ...(typeof repoDigest === "string" ? { repoDigest } : {}),
      },
    ];
  });
}

/** A resource's name in the program. */
export function nameOf(urn: string): string {
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
