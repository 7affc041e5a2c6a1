import type { DatastoreDeclaration } from "../declaration/datastore.ts";
import type { PlatformDeclaration } from "../declaration/platform.ts";
import type { LinkTarget } from "../declaration/link.ts";
import type { ServiceDeclaration } from "../declaration/service.ts";
import type { TaskDeclaration } from "../declaration/task.ts";
import type { Issue } from "../issue.ts";
import type { ImageSettings } from "../settings/images.ts";
import type { PlatformSettings, SecretStoreSettings, ServiceSettings } from "../settings/schema.ts";
import type { GatewaySettings } from "../settings/traffic.ts";

/** What links to other things: a service, a worker, a job or a cron job. */
export type LinkingDeclaration = ServiceDeclaration | TaskDeclaration;

/** What every step of a platform's resolution reads. */
export interface PlatformContext {
  readonly stack: string;
  readonly platform: PlatformDeclaration;
  readonly settings: PlatformSettings;
  readonly images: ImageSettings;
  /** The store that secrets may come from. */
  readonly secretStore?: SecretStoreSettings;
  /** What divides the traffic of platforms with a route. */
  readonly gateway?: GatewaySettings;
  readonly namespace: string;
  /** The services that link to each target, those that the stack disables among them. */
  readonly callers: ReadonlyMap<LinkTarget, ReadonlySet<LinkingDeclaration>>;
  /** Which secrets the stack's configuration holds, as `PLATFORM.NAME`. */
  readonly configured: ReadonlySet<string>;
  /** Receives what is wrong; resolution goes on, to find the rest. */
  readonly report: (issue: Issue) => void;
}

/** Where a platform's settings stand in the stack file. */
export function platformPath(context: PlatformContext, ...rest: readonly string[]): string {
  return ["fleet:platforms", context.platform.name, ...rest].join(".");
}

/** What the stack says of one service; nothing, for most. */
export function serviceSettings(context: PlatformContext, service: LinkingDeclaration): ServiceSettings {
  return context.settings.services?.[service.name] ?? {};
}

/** Whether the stack deploys this service: all but those that it disables, and an API gateway whose image it does not pin. */
export function isEnabled(context: PlatformContext, service: LinkingDeclaration): boolean {
  const { enabled, image } = serviceSettings(context, service);
  return enabled ?? (service !== context.platform.apiGateway || image?.kind === "pinned");
}

/** Everything of a platform that may link to something, its API gateway last. */
export function linkingDeclarations({
  services,
  apiGateway,
}: Pick<PlatformDeclaration, "services" | "apiGateway">): readonly LinkingDeclaration[] {
  return apiGateway ? [...services, apiGateway] : services;
}

/** The Kubernetes name of a service or datastore: the platform's prefix and its own name. */
export function objectName(context: PlatformContext, target: { readonly name: string }): string {
  return [context.platform.objectPrefix, target.name].filter((part) => part !== "").join("-");
}

/** The services that link to `target`, without those that the stack disables. */
export function callersOf(context: PlatformContext, target: LinkTarget): readonly LinkingDeclaration[] {
  return [...(context.callers.get(target) ?? [])].filter((service) => isEnabled(context, service));
}

/** Who links to what, gathered once: to look for it at each target would take time that grows with the square. */
export function callersByTarget(platform: PlatformDeclaration): PlatformContext["callers"] {
  const callers = new Map<LinkTarget, Set<LinkingDeclaration>>();
  for (const service of linkingDeclarations(platform)) {
    for (const { target } of service.links ?? []) {
      const known = callers.get(target);
      if (known) known.add(service);
      else callers.set(target, new Set([service]));
    }
  }
  return callers;
}

/** Whether a link's target must be there for the service to do its work. */
export function isRequired(link: { readonly target: LinkTarget; readonly required?: boolean }): boolean {
  return link.required ?? link.target.kind === "datastore";
}

/** The in-cluster DNS name (Kubernetes: DNS for Services and Pods). */
export function clusterHost(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** The port a datastore's protocol listens on. */
export const datastorePorts: Readonly<Record<DatastoreDeclaration["engine"], number>> = {
  postgresql: 5432,
  redis: 6379,
  rabbitmq: 5672,
  mongodb: 27017,
  qdrant: 6333,
  pubsub: 8085,
};
