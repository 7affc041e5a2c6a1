import type { PlatformDeclaration } from "../declaration/platform.ts";
import type { Issue } from "../issue.ts";
import { NAME_LIMIT } from "../name.ts";
import { linkingDeclarations } from "./context.ts";
import type { ResolvedPlatform, ResolvedService } from "./resolved.ts";

/** Everything that two parts of a stack claim for themselves: namespaces, node ports, hosts, names. */
export function clashes(
  platforms: readonly ResolvedPlatform[],
  catalogue: readonly PlatformDeclaration[],
): readonly Issue[] {
  return [
    ...namespaceIssues(platforms),
    ...nodePortIssues(platforms),
    ...hostIssues(platforms),
    ...serviceNameIssues(catalogue),
  ];
}

function namespaceIssues(platforms: readonly ResolvedPlatform[]): Issue[] {
  const taken = platforms.flatMap(({ name, namespace, release }) => [
    { name, who: name, namespace },
    ...(release ? [{ name, who: `the canary of ${name}`, namespace: release.namespace }] : []),
  ]);
  return repeated(taken, ({ namespace }) => namespace).map(([namespace, sharing]) => ({
    path: `fleet:platforms.${sharing[1]?.name ?? ""}.namespace`,
    problem: `${sharing.map(({ who }) => who).join(" and ")} share the namespace ${namespace}`,
    value: namespace,
    allowed: `a namespace for each platform, at most ${NAME_LIMIT} characters`,
    fix: "give one of them another namespace",
  }));
}

/** A service that requests from outside reach. */
interface WayIn {
  readonly platform: string;
  readonly service: string;
  readonly host: string;
}

/**
 * Two hosts are one to a controller, whichever namespace their Ingresses or routes stand in: it serves either, or refuses
 * both.
 */
function hostIssues(platforms: readonly ResolvedPlatform[]): Issue[] {
  const ingresses = platforms.flatMap((platform) =>
    platform.services.flatMap((service): WayIn[] =>
      service.exposure.kind === "ingress"
        ? [{ platform: platform.name, service: service.name, host: service.exposure.host }]
        : [],
    ),
  );
  const routes = platforms.flatMap((platform) =>
    platform.routes.flatMap(({ service, hosts }) => hosts.map((host) => ({ platform: platform.name, service, host }))),
  );
  return [...sharedHosts(ingresses, "expose", "an ingress exposes"), ...sharedHosts(routes, "route", "has a route")];
}

function sharedHosts(ways: readonly WayIn[], section: string, has: string): Issue[] {
  return repeated(ways, ({ host }) => host).map(([host, sharing]) => {
    const [first, last] = [sharing[0], sharing.at(-1)];
    const alike = first?.platform === last?.platform;
    return {
      path: alike
        ? `services.${last?.platform ?? ""}.${last?.service ?? ""}.host`
        : `fleet:platforms.${last?.platform ?? ""}.${section}.domain`,
      problem: `the host ${host} is taken twice: ${sharing.map(({ platform, service }) => `${platform}/${service}`).join(" and ")}`,
      value: host,
      allowed: `a host for each service that ${has}`,
      fix: alike ? "give one of them another host label" : "give one of the platforms another domain",
    };
  });
}

function nodePortIssues(platforms: readonly ResolvedPlatform[]): Issue[] {
  const exposed = platforms.flatMap((platform) =>
    platform.services.flatMap((service: ResolvedService) =>
      service.exposure.kind === "nodePort"
        ? [
            {
              who: `${service.platform}/${service.name}`,
              path: `fleet:platforms.${service.platform}.services.${service.name}.nodePort`,
              port: service.exposure.nodePort,
            },
          ]
        : [],
    ),
  );
  const gateway = platforms.find((platform) => platform.gateway?.nodePort !== undefined)?.gateway?.nodePort;
  const taken = [
    ...(gateway === undefined ? [] : [{ who: "the gateway", path: "fleet:gateway.nodePort", port: gateway }]),
    ...exposed,
  ];
  return repeated(taken, ({ port }) => String(port)).map(([port, sharing]) => ({
    path: sharing.at(-1)?.path ?? "",
    problem: `NodePort ${port} is taken twice: ${sharing.map(({ who }) => who).join(" and ")}`,
    value: Number(port),
    allowed: "a free port from 30000 to 32767",
    fix: "give one of them another nodePort",
  }));
}

function serviceNameIssues(catalogue: readonly PlatformDeclaration[]): Issue[] {
  return catalogue.flatMap((platform) =>
    repeated([...linkingDeclarations(platform), ...platform.datastores], (target) => target.name).map(([name]) => ({
      path: `services.${platform.name}.${name}.name`,
      problem: "two services or datastores of the platform have this name",
      value: name,
      allowed: "a name for each",
      fix: `rename one of them in services/${platform.name}/`,
    })),
  );
}

function repeated<T>(items: readonly T[], key: (item: T) => string): (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return [...groups].filter(([, group]) => group.length > 1);
}
