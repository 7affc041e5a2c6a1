import { allOf, itemsOf, namespaceOf, type Kinds, type KubernetesObject } from "../kubernetes-object.ts";
import type { Path, StackFinding } from "../rule.ts";

/** A Service that a route names. */
interface Target {
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
  readonly path: Path;
}

/** The Services that routes name and the stack does not have, and those that they may not name. */
export function routeBackends(objects: readonly KubernetesObject[]): readonly StackFinding[] {
  return [
    ...allOf("gateway.networking.k8s.io/v1/HTTPRoute", objects).flatMap((route) => {
      const targets = httpTargets(route);
      return [...missing(route, targets, objects), ...ungranted(route, targets, objects)];
    }),
    ...allOf("networking.istio.io/v1beta1/VirtualService", objects).flatMap((route) =>
      missing(route, virtualTargets(route), objects),
    ),
  ];
}

function httpTargets({ spec }: Kinds["gateway.networking.k8s.io/v1/HTTPRoute"]): readonly Target[] {
  return itemsOf(spec.rules).flatMap(([rule, { backendRefs, filters }]) => [
    ...itemsOf(backendRefs).map(([index, backend]) => ({
      ...backend,
      path: ["spec", "rules", rule, "backendRefs", index],
    })),
    ...itemsOf(filters).map(([index, { requestMirror }]) => ({
      ...requestMirror.backendRef,
      path: ["spec", "rules", rule, "filters", index, "requestMirror", "backendRef"],
    })),
  ]);
}

function virtualTargets({ spec }: Kinds["networking.istio.io/v1beta1/VirtualService"]): readonly Target[] {
  return itemsOf(spec.http).flatMap(([rule, { route, mirror }]) => {
    const at: Path = ["spec", "http", rule];
    return [
      ...itemsOf(route).map(([index, { destination }]) => ({
        ...destination,
        path: [...at, "route", index, "destination"],
      })),
      ...(mirror ? [{ ...mirror, path: [...at, "mirror"] }] : []),
    ].map(({ host, port, path }) => {
      const [name = "", namespace = ""] = host.split(".");
      return { name, namespace, port: port.number, path };
    });
  });
}

function missing(
  object: KubernetesObject,
  targets: readonly Target[],
  objects: readonly KubernetesObject[],
): readonly StackFinding[] {
  const services = allOf("v1/Service", objects);
  return targets.flatMap(({ name, namespace, port, path }): StackFinding[] => {
    const service = services.find(
      (candidate) => candidate.metadata?.name === name && namespaceOf(candidate) === namespace,
    );
    if (!service)
      return [{ object, path, problem: "names a Service that is not there", value: `${namespace}/${name}` }];
    if (itemsOf(service.spec?.ports).some(([, one]) => one.port === port)) return [];
    return [{ object, path, problem: `names a port that the Service ${name} does not have`, value: port }];
  });
}

/** A route to another namespace needs that namespace's leave (Gateway API: ReferenceGrant). */
function ungranted(
  object: KubernetesObject,
  targets: readonly Target[],
  objects: readonly KubernetesObject[],
): readonly StackFinding[] {
  const grants = allOf("gateway.networking.k8s.io/v1beta1/ReferenceGrant", objects);
  const own = namespaceOf(object);
  return targets
    .filter(({ namespace }) => namespace !== own)
    .filter(
      ({ namespace }) =>
        !grants.some(
          (grant) =>
            namespaceOf(grant) === namespace && itemsOf(grant.spec.from).some(([, from]) => from.namespace === own),
        ),
    )
    .map(({ namespace, path }) => ({
      object,
      path,
      problem: "names a Service of a namespace that grants it nothing",
      value: namespace,
    }));
}
