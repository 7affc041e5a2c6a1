import { allOf, itemsOf, namespaceOf, type KubernetesObject } from "../kubernetes-object.ts";
import { containersOf, podOf, type FoundPod } from "../pod.ts";
import { ALWAYS, type Path, type Rule, type StackFinding, type StackRule } from "../rule.ts";
import { routeBackends } from "./routes.ts";
import { UNKNOWN } from "../unknown-value.ts";

type ReferencedKind = "ConfigMap" | "Secret" | "PersistentVolumeClaim" | "ServiceAccount";

/** One reference from a pod to an object of its namespace, and to a key of that object where it names one. */
interface Reference {
  readonly kind: ReferencedKind;
  readonly name: string | undefined;
  readonly key?: string;
  readonly path: Path;
}

// What Kubernetes itself puts into every namespace.
const BUILT_IN = new Set(["ServiceAccount/default", "ConfigMap/kube-root-ca.crt"]);

const references: StackRule = {
  name: "references-resolve",
  risk: "The pod never starts: it waits for a ConfigMap, Secret, volume or account that nobody makes.",
  source: "Kubernetes: Debug Pods (CreateContainerConfigError, FailedMount)",
  fix: "register the object that is named, or name the one that is registered",
  levels: ALWAYS,
  scope: "stack",
  check: (objects) => {
    const keys = keysByObject(objects);
    return objects.flatMap((object) => {
      const pod = podOf(object);
      if (!pod) return [];
      return referencesOf(pod).flatMap(({ kind, name, key, path }): StackFinding[] => {
        if (name === undefined || name === UNKNOWN || BUILT_IN.has(`${kind}/${name}`)) return [];
        const found = keys.get(`${kind}/${namespaceOf(object)}/${name}`);
        if (!found) return [{ object, path, problem: `names the ${kind} ${name}, which the stack does not have` }];
        if (key === undefined || found === "unknown" || found.has(key)) return [];
        return [{ object, path, problem: `names the key ${key}, which the ${kind} ${name} does not have` }];
      });
    });
  },
};

/** The keys of each object that a pod may refer to; those without keys have none. */
function keysByObject(objects: readonly KubernetesObject[]): ReadonlyMap<string, ReadonlySet<string> | "unknown"> {
  const found = new Map<string, ReadonlySet<string> | "unknown">();
  const add = (object: KubernetesObject, ...data: readonly unknown[]) =>
    found.set(
      `${object.kind ?? ""}/${namespaceOf(object)}/${object.metadata?.name ?? ""}`,
      data.includes(UNKNOWN) ? "unknown" : new Set(data.flatMap((part) => Object.keys(part ?? {}))),
    );
  for (const object of allOf("v1/ConfigMap", objects)) add(object, object.data, object.binaryData);
  for (const object of allOf("v1/Secret", objects)) add(object, object.data, object.stringData);
  for (const object of allOf("external-secrets.io/v1/ExternalSecret", objects)) {
    const { target, data } = object.spec ?? {};
    const keys = itemsOf(data).map(([, { secretKey = "" }]) => [secretKey, ""] as const);
    const name = target?.name ?? object.metadata?.name ?? "";
    const made = { kind: "Secret", metadata: { ...object.metadata, name } };
    add(made, target?.template?.data ?? Object.fromEntries(keys));
  }
  for (const object of allOf("v1/PersistentVolumeClaim", objects)) add(object);
  for (const object of allOf("v1/ServiceAccount", objects)) add(object);
  return found;
}

function referencesOf(pod: FoundPod): readonly Reference[] {
  const account = pod.spec.serviceAccountName;
  return [
    ...(account === undefined
      ? []
      : [{ kind: "ServiceAccount" as const, name: account, path: [...pod.path, "serviceAccountName"] }]),
    ...fromContainers(pod),
    ...fromVolumes(pod),
  ];
}

function fromContainers(pod: FoundPod): readonly Reference[] {
  return containersOf(pod).flatMap(({ container, path }) => [
    ...itemsOf(container.envFrom).flatMap(([index, { configMapRef, secretRef }]) => [
      ...reference("ConfigMap", configMapRef, [...path, "envFrom", index, "configMapRef", "name"]),
      ...reference("Secret", secretRef, [...path, "envFrom", index, "secretRef", "name"]),
    ]),
    ...itemsOf(container.env).flatMap(([index, { valueFrom }]) => {
      const at = [...path, "env", index, "valueFrom"];
      return [
        ...reference("ConfigMap", valueFrom?.configMapKeyRef, [...at, "configMapKeyRef"]),
        ...reference("Secret", valueFrom?.secretKeyRef, [...at, "secretKeyRef"]),
      ];
    }),
  ]);
}

function fromVolumes(pod: FoundPod): readonly Reference[] {
  return itemsOf(pod.spec.volumes).flatMap(([index, volume]) => {
    const at = [...pod.path, "volumes", index];
    const { configMap, secret, persistentVolumeClaim, projected } = volume;
    const projections = itemsOf(projected?.sources).flatMap(([position, source]) => {
      const inside = [...at, "projected", "sources", position];
      return [
        ...withItems("ConfigMap", source.configMap, [...inside, "configMap"]),
        ...withItems("Secret", source.secret, [...inside, "secret"]),
      ];
    });
    return [
      ...withItems("ConfigMap", configMap, [...at, "configMap"]),
      ...withItems("Secret", secret && { ...secret, ...named(secret.secretName) }, [...at, "secret"]),
      ...(persistentVolumeClaim
        ? [
            {
              kind: "PersistentVolumeClaim" as const,
              name: persistentVolumeClaim.claimName,
              path: [...at, "persistentVolumeClaim", "claimName"],
            },
          ]
        : []),
      ...projections,
    ];
  });
}

function named(name: string | undefined): { name?: string } {
  return name === undefined ? {} : { name };
}

interface Optional {
  readonly name?: string;
  readonly key?: string;
  readonly optional?: boolean;
}

function reference(kind: ReferencedKind, to: Optional | undefined, path: Path): readonly Reference[] {
  if (!to || to.optional === true) return [];
  return [{ kind, name: to.name, path, ...(to.key === undefined ? {} : { key: to.key }) }];
}

function withItems(
  kind: ReferencedKind,
  to: (Optional & { readonly items?: readonly { readonly key: string }[] }) | undefined,
  path: Path,
): readonly Reference[] {
  const keys = itemsOf(to?.items).flatMap(([index, { key }]) =>
    reference(kind, to && { ...to, key }, [...path, "items", index, "key"]),
  );
  return keys.length > 0 ? keys : reference(kind, to, path);
}

const routes: StackRule = {
  name: "targets-resolve",
  risk: "Requests end in 503, or an autoscaler scales nothing, and nobody is told.",
  source: "Kubernetes: Ingress, Horizontal Pod Autoscaling; Gateway API: HTTPRoute; Istio: VirtualService",
  fix: "register the object that is named, or name the one that is registered",
  levels: ALWAYS,
  scope: "stack",
  check: (objects) => [...ingressBackends(objects), ...routeBackends(objects), ...scaleTargets(objects)],
};

function ingressBackends(objects: readonly KubernetesObject[]): readonly StackFinding[] {
  const services = allOf("v1/Service", objects);
  return allOf("networking.k8s.io/v1/Ingress", objects).flatMap((object) =>
    itemsOf(object.spec?.rules).flatMap(([index, { http }]) =>
      itemsOf(http?.paths).flatMap(([position, { backend }]): StackFinding[] => {
        const target = backend.service;
        if (!target) return [];
        const path = ["spec", "rules", index, "http", "paths", position, "backend", "service"];
        const service = services.find(
          (candidate) => namespaceOf(candidate) === namespaceOf(object) && candidate.metadata?.name === target.name,
        );
        if (!service) {
          return [
            { object, path: [...path, "name"], problem: "names a Service that is not there", value: target.name },
          ];
        }
        const has = itemsOf(service.spec?.ports).some(
          ([, { name, port }]) => port === target.port?.number || (name !== undefined && name === target.port?.name),
        );
        const problem = `names a port that the Service ${target.name} does not have`;
        return has ? [] : [{ object, path: [...path, "port"], problem, value: target.port }];
      }),
    ),
  );
}

function scaleTargets(objects: readonly KubernetesObject[]): readonly StackFinding[] {
  return allOf("autoscaling/v2/HorizontalPodAutoscaler", objects).flatMap((object) => {
    const target = object.spec?.scaleTargetRef;
    const found = objects.some(
      (candidate) =>
        candidate.kind === target?.kind &&
        namespaceOf(candidate) === namespaceOf(object) &&
        candidate.metadata?.name === target?.name,
    );
    const value = `${target?.kind ?? ""} ${target?.name ?? ""}`;
    return found
      ? []
      : [{ object, path: ["spec", "scaleTargetRef"], problem: "scales a workload that is not there", value }];
  });
}

/** What objects name must be there. */
export const referenceRules: readonly Rule[] = [references, routes];
