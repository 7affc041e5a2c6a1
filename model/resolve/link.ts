import type { Link } from "../declaration/link.ts";
import type { ServiceDeclaration } from "../declaration/service.ts";
import { clusterHost, isRequired, objectName, type PlatformContext } from "./context.ts";
import { connection } from "./connection.ts";
import { selectorLabels } from "./labels.ts";
import type { AbsentDatastore, ResolvedDatastore, ResolvedLink } from "./resolved.ts";
import { TCP, type Specification } from "../declaration/specification.ts";

/** What links resolve against: everything else of the platform, already resolved as far as links need it. */
export interface LinkSurroundings {
  readonly datastores: ReadonlyMap<string, ResolvedDatastore>;
  readonly specifications: ReadonlyMap<string, Specification>;
  readonly absent: readonly AbsentDatastore[];
  /** The namespaces of services that are not in the context's own. */
  readonly elsewhere?: ReadonlyMap<string, string>;
}

const DEFAULT_POOL = { min: 1, max: 5 } as const;

/** Connections that one pod of a service may open through this link; 0 for a link that pools nothing. */
export function poolSize(link: Link): number {
  return link.target.kind === "datastore" && link.target.engine === "postgresql" ? (link.pool ?? DEFAULT_POOL).max : 0;
}

/** A link with its URL, variables and the labels of the pods at its other end. Undefined for a target that is not there. */
export function resolveLink(
  context: PlatformContext,
  link: Link,
  surroundings: LinkSurroundings,
): ResolvedLink | undefined {
  if (link.target.kind === "service") return resolveServiceLink(context, link, link.target, surroundings);
  const { name, dependency } = link.target;
  const absent = surroundings.absent.find(({ datastore }) => datastore === name);
  if (!absent) return resolveDatastoreLink(context, link, surroundings.datastores.get(name));
  // What a stack leaves out on purpose must not keep a pod from being ready.
  const { engine, reason } = absent;
  return { kind: "absent", name: dependency, target: name, required: false, engine, reason };
}

function resolveServiceLink(
  context: PlatformContext,
  link: Link,
  target: ServiceDeclaration,
  surroundings: LinkSurroundings,
): ResolvedLink | undefined {
  const specification = surroundings.specifications.get(target.name);
  if (!specification) return undefined;
  const name = objectName(context, target);
  const namespace = surroundings.elsewhere?.get(target.name) ?? context.namespace;
  return {
    kind: "service",
    name: target.name,
    variable: link.variable ?? `${target.name.toUpperCase().replaceAll("-", "_")}_URL`,
    url: `http://${clusterHost(name, namespace)}:${specification.port}`,
    required: isRequired(link),
    port: specification.port,
    environment: {},
    target: target.name,
    targetLabels: selectorLabels(context.platform.name, name),
    ...otherNamespace(context, namespace),
    // A target that lives by its port has no path for its life alone.
    livePath: specification.health.live === TCP ? specification.health.report : specification.health.live,
  };
}

function otherNamespace(context: PlatformContext, namespace: string): { readonly targetNamespace?: string } {
  return namespace === context.namespace ? {} : { targetNamespace: namespace };
}

function resolveDatastoreLink(
  context: PlatformContext,
  link: Link,
  datastore: ResolvedDatastore | undefined,
): ResolvedLink | undefined {
  if (!datastore) return undefined;
  const end =
    datastore.kind === "external"
      ? { kind: "external" as const, addresses: datastore.addresses }
      : {
          kind: "inCluster" as const,
          targetLabels: datastore.selector,
          ...otherNamespace(context, datastore.namespace),
        };
  const { variable, url, environment, secrets } = connection(datastore);
  return {
    ...end,
    name: datastore.declaration.dependency,
    engine: datastore.declaration.engine,
    target: datastore.name,
    variable: link.variable ?? variable,
    url,
    required: isRequired(link),
    port: datastore.port,
    environment: { ...poolEnvironment(link, datastore), ...environment },
    secrets,
  };
}

function poolEnvironment(link: Link, datastore: ResolvedDatastore): Readonly<Record<string, string>> {
  if (datastore.declaration.engine !== "postgresql") return {};
  const pool = link.pool ?? DEFAULT_POOL;
  return { DATABASE_POOL_MIN: String(pool.min), DATABASE_POOL_MAX: String(pool.max) };
}
