import type { ComposedParts } from "../declaration/service.ts";
import { TCP } from "../declaration/specification.ts";
import { fragments, placeholdersIn, secretPlaceholder } from "../placeholder.ts";
import type { ResolvedLink, ResolvedSecret, ResolvedService, ResolvedWorkload } from "../resolve/resolved.ts";
import { previousVariable } from "../resolve/workload.ts";

/** A service's environment, parted by where it may be kept. */
export interface Environment {
  /** For the service's ConfigMap: nothing secret in it. */
  readonly plain: Readonly<Record<string, string>>;
  /** For the service's Secret: each value is or contains a secret's placeholder. */
  readonly secret: Readonly<Record<string, string>>;
  /** What the platform's ConfigMap holds for all its services. A variable in `plain` goes before it. */
  readonly sharedPlain: Readonly<Record<string, string>>;
  /** The service's share of the platform's Secret. */
  readonly sharedSecret: Readonly<Record<string, string>>;
  /** The secrets that all of these values hold. */
  readonly secrets: readonly ResolvedSecret[];
}

/** Every environment variable of a service's or task's container. */
export function renderEnvironment(service: ResolvedWorkload): Environment {
  const links = service.links.flatMap((link) =>
    link.kind === "absent" ? [] : [[link.variable, link.url] as const, ...Object.entries(link.environment)],
  );
  const secrets = Object.entries(service.secrets).flatMap(([name, { key, previous }]) => [
    [name, secretPlaceholder(key)] as const,
    ...(previous ? [[previousVariable(name), secretPlaceholder(previous.key)] as const] : []),
  ]);
  const all: readonly (readonly [string, string])[] = [
    ...(isService(service)
      ? [["HOST", "0.0.0.0"] as const, ["PORT", String(service.specification.port)] as const]
      : []),
    ["SERVICE_NAME", service.objectName],
    ["SERVICE_VERSION", service.version],
    ...Object.entries(service.specification.environment),
    ...links,
    ...secrets,
    ...composed(service),
  ];
  const isSecret = ([, value]: readonly [string, string]) => fragments(value).some((part) => typeof part !== "string");
  const sharedPlain = service.shared.configMap?.data ?? {};
  const sharedSecret = service.shared.secret ? Object.fromEntries(secrets) : {};
  const plain = all.filter(([name, value]) => !isSecret([name, value]) && sharedPlain[name] !== value);
  const secret = all.filter(([name, value]) => isSecret([name, value]) && !Object.hasOwn(sharedSecret, name));
  const contract = service.reference ? [["REFERENCE_CONTRACT", referenceContract(service, all)] as const] : [];
  return {
    plain: Object.fromEntries([...plain, ...contract]),
    secret: Object.fromEntries(secret),
    sharedPlain,
    sharedSecret,
    secrets: [
      ...Object.values(service.secrets),
      ...service.links.flatMap((link) => ("secrets" in link ? link.secrets : [])),
    ],
  };
}

function composed(workload: ResolvedWorkload): readonly (readonly [string, string])[] {
  if (!isService(workload)) return [];
  const parts: ComposedParts = {
    url: ({ name }) => workload.links.find(({ target }) => target === name)?.url ?? "",
    secrets: (name) => {
      const secret = workload.secrets[name];
      const values = secret ? [secret, ...(secret.previous ? [secret.previous] : [])] : [];
      return values.map(({ key }) => secretPlaceholder(key));
    },
  };
  return Object.entries(workload.declaration.composed ?? {}).map(([name, compose]) => [name, compose(parts)]);
}

/** What the reference workload has to honour in the service's place (docker/README.md). */
function referenceContract(service: ResolvedWorkload, environment: readonly (readonly [string, string])[]): string {
  const required = environment.map(([name]) => name);
  const links = service.links.map(contractLink);
  if (!isService(service)) {
    const once = service.declaration.kind === "worker" ? {} : { once: true };
    return JSON.stringify({ service: service.objectName, ...once, required, links });
  }
  const { declaration } = service;
  const { health } = service.specification;
  return JSON.stringify({
    service: service.objectName,
    health: { report: health.report, ready: health.ready, ...(health.live === TCP ? {} : { live: health.live }) },
    endpoints: (declaration.endpoints ?? []).map((endpoint) => {
      const [method, path] = endpoint.split(" ");
      return { method, path };
    }),
    ...(declaration.page === undefined ? {} : { page: { title: declaration.page } }),
    required,
    links,
  });
}

function isService(workload: ResolvedWorkload): workload is ResolvedService {
  return workload.declaration.kind === "service";
}

function contractLink(link: ResolvedLink) {
  if (link.kind === "absent") return { name: link.name, required: false, kind: "absent", reason: link.reason };
  const shared = { name: link.name, variable: link.variable, required: link.required };
  if (link.kind === "service") return { ...shared, kind: "http", path: link.livePath };
  if (link.engine !== "pubsub") return { ...shared, kind: link.engine };
  return link.kind === "external"
    ? // The real service wants a Google identity; what it serves to anybody tells whether it can be reached.
      { ...shared, kind: "http", path: "/$discovery/rest" }
    : { ...shared, kind: "pubsub", project: link.environment["PUBSUB_PROJECT_ID"] ?? "" };
}

/** The keys of all secrets in plain data. */
export function secretKeysIn(data: unknown): readonly string[] {
  return placeholdersIn(data).flatMap((placeholder) => (placeholder.kind === "secret" ? [placeholder.key] : []));
}
