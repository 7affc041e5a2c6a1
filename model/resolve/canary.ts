import type { Specification } from "../declaration/specification.ts";
import type { Issue } from "../issue.ts";
import { overlay } from "../overlay.ts";
import type { CanarySettings, ServiceSettings } from "../settings/schema.ts";
import { callersOf, isEnabled, objectName, platformPath, serviceSettings, type PlatformContext } from "./context.ts";
import type { KeyedImage } from "./images.ts";
import { selectorLabels } from "./labels.ts";
import type { LinkSurroundings } from "./link.ts";
import type { ResolvedDatastore, ResolvedService } from "./resolved.ts";
import type { CanaryNeighbour, ResolvedCanary, ResolvedGateway } from "./resolved-traffic.ts";
import { resolveService } from "./service.ts";
import { sharedObjects } from "./shared.ts";
import { resolveSpecification } from "./specification.ts";
import { startOrder } from "./start-order.ts";
import { DEFAULT_STEPS, gatewayOf, resolveRelease } from "./traffic.ts";

/** The stable side, as far as a canary stands beside it. */
export interface StableSide {
  readonly services: readonly ResolvedService[];
  readonly specifications: ReadonlyMap<string, Specification>;
  readonly datastores: ReadonlyMap<string, ResolvedDatastore>;
  readonly absent: LinkSurroundings["absent"];
  readonly images: readonly KeyedImage[];
  readonly gateway: ResolvedGateway | undefined;
  /** What has been reported of it. */
  readonly issues: readonly Issue[];
}

/** The services of a canary with how each of them runs. */
export interface CanarySide {
  readonly canary: ResolvedCanary;
  readonly images: readonly KeyedImage[];
  readonly specifications: ReadonlyMap<string, Specification>;
}

/**
 * The new revisions beside the stable ones: a request that has come to a canary stays among the canary's services where
 * it has them; the datastores are the stable ones (seed 003 migrates one database, with the canary running).
 */
export function resolveCanary(context: PlatformContext, stable: StableSide): CanarySide | undefined {
  const settings = context.settings.canary;
  if (!settings) return undefined;
  checkCanary(context, settings, stable);
  const own = canaryContext(context, settings, stable);
  const declarations = context.platform.services.flatMap((service) =>
    service.kind === "service" && isEnabled(own, service) ? [service] : [],
  );
  const specifications = new Map<string, Specification>();
  for (const declaration of declarations) {
    const specification = resolveSpecification(own, declaration);
    if (specification) specifications.set(declaration.name, specification);
  }
  const surroundings: LinkSurroundings = {
    datastores: stable.datastores,
    specifications: new Map([...stable.specifications, ...specifications]),
    absent: stable.absent,
    elsewhere: new Map(
      stable.services.filter(({ name }) => !specifications.has(name)).map(({ name, namespace }) => [name, namespace]),
    ),
  };
  const images: KeyedImage[] = [];
  const services = declarations.flatMap((declaration): ResolvedService[] => {
    const specification = specifications.get(declaration.name);
    if (!specification) return [];
    const { service, image } = resolveService(own, declaration, specification, surroundings);
    const keyed = ownImage(context, service.name, image, stable.images);
    images.push(keyed);
    const gateway = gatewayOf(service, stable.gateway);
    const callers = [...service.callers, ...meshCallers(context, service, stable.gateway)];
    return [{ ...service, image: keyed.key, callers, ...gateway }];
  });
  const canary: ResolvedCanary = {
    weight: settings.weight ?? context.settings.release?.steps?.[0] ?? DEFAULT_STEPS[0] ?? 0,
    shared: sharedObjects(own),
    services,
    waves: startOrder(own, services),
    neighbours: neighbours(services, stable),
  };
  return { canary, images, specifications };
}

/** The platform as the canary's services see it: their namespace, their settings, no way in but the gateway's. */
function canaryContext(context: PlatformContext, settings: CanarySettings, stable: StableSide): PlatformContext {
  const named = context.platform.services.map((service): [string, ServiceSettings] => {
    const over = settings.services[service.name];
    return [service.name, over ? { ...overlay(serviceSettings(context, service), over) } : { enabled: false }];
  });
  const known = new Set(stable.issues.map(({ path, problem }) => `${path}: ${problem}`));
  return {
    ...context,
    settings: { ...context.settings, expose: { kind: "internal" }, services: Object.fromEntries(named) },
    namespace: resolveRelease(context).namespace,
    // What is wrong on the stable side already is told once.
    report: (issue) => {
      if (known.has(`${issue.path}: ${issue.problem}`)) return;
      const below = `${platformPath(context, "services")}.`;
      const path = issue.path.startsWith(below)
        ? `${platformPath(context, "canary", "services")}.${issue.path.slice(below.length)}`
        : issue.path;
      context.report({ ...issue, path });
    },
  };
}

/** An image that the stable side does not have gets a key of its own. */
function ownImage(
  { platform }: PlatformContext,
  service: string,
  image: KeyedImage,
  stable: readonly KeyedImage[],
): KeyedImage {
  const text = JSON.stringify(image);
  const same = stable.some((other) => JSON.stringify(other) === text);
  return same ? image : { ...image, key: `${platform.name}-canary/${service}` };
}

/** By the mesh the stable callers' requests are divided too. */
function meshCallers(
  context: PlatformContext,
  { declaration }: ResolvedService,
  gateway: ResolvedGateway | undefined,
): ResolvedService["callers"] {
  if (gateway?.kind !== "istio") return [];
  return callersOf(context, declaration).map((caller) => ({
    name: caller.name,
    selector: selectorLabels(context.platform.name, objectName(context, caller)),
    namespace: context.namespace,
  }));
}

function neighbours(services: readonly ResolvedService[], stable: StableSide): readonly CanaryNeighbour[] {
  const ends = [
    ...stable.services.map((service) => ({ ...service, port: service.specification.port })),
    ...[...stable.datastores.values()].filter(({ kind }) => kind === "inCluster"),
  ];
  return ends.flatMap(({ name, objectName, namespace, labels, selector, port }) => {
    const callers = services
      .filter(({ links }) =>
        links.some((link) => link.target === name && "targetNamespace" in link && link.targetNamespace === namespace),
      )
      .map((service) => ({ name: service.name, selector: service.selector }));
    const targets = services
      .filter((service) => service.callers.some((caller) => caller.name === name && caller.namespace === namespace))
      .map((service) => ({ name: service.name, selector: service.selector, port: service.specification.port }));
    if (callers.length + targets.length === 0) return [];
    return [{ name, objectName, namespace, labels, selector, port, callers, targets }];
  });
}

function checkCanary(context: PlatformContext, { services, weight, mirror }: CanarySettings, stable: StableSide): void {
  const path = (...rest: readonly string[]) => platformPath(context, "canary", ...rest);
  const names = stable.services.map(({ name }) => name);
  if (!context.settings.route) {
    context.report({
      path: path(),
      problem: "nothing divides the requests between it and the stable services",
      allowed: "a canary of a platform with a route",
      fix: `add ${platformPath(context, "route")}: { domain: … }, and fleet:gateway where there is none`,
    });
  }
  for (const name of Object.keys(services).filter((candidate) => !names.includes(candidate))) {
    context.report({
      path: path("services", name),
      problem: "there is no stable service of this name beside it",
      allowed: `one of ${names.join(", ")}`,
      fix: "correct the name, or deploy the service without a canary",
    });
  }
  if (Object.keys(services).length === 0) {
    context.report({
      path: path("services"),
      problem: "a canary without a service",
      allowed: `some of ${names.join(", ")}`,
      fix: `name the services, or remove it: pulumi config rm --path '${path()}'`,
    });
  }
  if (mirror !== undefined) checkMirror(context, path("mirror"), weight, mirror);
}

function checkMirror(context: PlatformContext, path: string, weight: number | undefined, mirror: number): void {
  if (weight !== 0) {
    context.report({
      path,
      problem: "the canary has a share of the requests already, and would get copies of its own",
      value: mirror,
      allowed: "copies with weight: 0",
      fix: "set weight: 0, or remove mirror",
    });
  }
  const implementation = context.gateway?.implementation;
  if (implementation?.kind !== "gatewayApi") return;
  const needed = mirror < 100 ? "HTTPRouteRequestPercentageMirror" : "HTTPRouteRequestMirror";
  if (implementation.features?.includes(needed)) return;
  context.report({
    path,
    problem: `the gateway's class ${implementation.className} is not known to support ${needed}`,
    value: mirror,
    allowed: "copies by a class whose status.supportedFeatures lists it",
    fix: `remove mirror, or name the feature at fleet:gateway.implementation.features`,
  });
}
