import type { PlatformDeclaration } from "../declaration/platform.ts";
import type { Issue } from "../issue.ts";
import { NAME_LIMIT } from "../name.ts";
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
  return repeated(platforms, (platform) => platform.namespace).map(([namespace, sharing]) => ({
    path: `fleet:platforms.${sharing[1]?.name ?? ""}.namespace`,
    problem: `${sharing.map((platform) => platform.name).join(" and ")} share the namespace ${namespace}`,
    value: namespace,
    allowed: `a namespace for each platform, at most ${NAME_LIMIT} characters`,
    fix: "give one of them another namespace",
  }));
}

/** Two hosts are one to a controller, whichever namespace their Ingresses stand in: it serves either, or refuses both. */
function hostIssues(platforms: readonly ResolvedPlatform[]): Issue[] {
  const exposed = platforms.flatMap((platform) =>
    platform.services.flatMap((service) =>
      service.exposure.kind === "ingress" ? [{ service, host: service.exposure.host }] : [],
    ),
  );
  return repeated(exposed, ({ host }) => host).map(([host, sharing]) => {
    const [first, last] = [sharing[0]?.service, sharing.at(-1)?.service];
    const alike = first?.platform === last?.platform;
    return {
      path: alike
        ? `services.${last?.platform ?? ""}.${last?.name ?? ""}.host`
        : `fleet:platforms.${last?.platform ?? ""}.expose.domain`,
      problem: `the host ${host} is taken twice: ${sharing.map(({ service }) => `${service.platform}/${service.name}`).join(" and ")}`,
      value: host,
      allowed: "a host for each service that an ingress exposes",
      fix: alike ? "give one of them another host label" : "give one of the platforms another domain",
    };
  });
}

function nodePortIssues(platforms: readonly ResolvedPlatform[]): Issue[] {
  const exposed = platforms.flatMap((platform) =>
    platform.services.flatMap((service: ResolvedService) =>
      service.exposure.kind === "nodePort" ? [{ service, port: service.exposure.nodePort }] : [],
    ),
  );
  return repeated(exposed, (entry) => String(entry.port)).map(([port, sharing]) => {
    const last = sharing.at(-1)?.service;
    return {
      path: `fleet:platforms.${last?.platform ?? ""}.services.${last?.name ?? ""}.nodePort`,
      problem: `NodePort ${port} is taken twice: ${sharing.map(({ service }) => `${service.platform}/${service.name}`).join(" and ")}`,
      value: Number(port),
      allowed: "a free port from 30000 to 32767",
      fix: "give one of them another nodePort",
    };
  });
}

function serviceNameIssues(catalogue: readonly PlatformDeclaration[]): Issue[] {
  return catalogue.flatMap((platform) =>
    repeated([...platform.services, ...platform.datastores], (target) => target.name).map(([name]) => ({
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
