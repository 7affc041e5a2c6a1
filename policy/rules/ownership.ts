import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v2";
import type { ManagedFieldsEntry, ObjectMeta } from "kubernetes-types/meta/v1";
import {
  allOf,
  describeObject,
  isA,
  itemsOf,
  namespaceOf,
  selects,
  type KubernetesObject,
} from "../kubernetes-object.ts";
import { podOf } from "../pod.ts";
import { ALWAYS, type StackFinding, type StackRule } from "../rule.ts";
import { UNKNOWN } from "../unknown-value.ts";

const oneOwner: StackRule = {
  name: "one-owner",
  risk: "Two writers of one field undo each other's work for as long as both live, and nobody sees who is right.",
  source: "DESIGN: every mutable field has one owner; Kubernetes: Server-Side Apply, conflicts; pulumi-kubernetes#2491",
  fix: "leave the field, or the object, to one of the two",
  levels: ALWAYS,
  scope: "stack",
  check: (objects) => [
    ...describedTwice(objects),
    ...replicas(objects),
    ...disruptionBudgets(objects),
    ...ingressPaths(objects),
    ...nodePorts(objects),
    ...externalSecrets(objects),
  ],
};

function describedTwice(objects: readonly KubernetesObject[]): readonly StackFinding[] {
  const named = objects.filter(({ metadata }) => metadata?.name !== undefined && metadata.name !== UNKNOWN);
  return laterOfEach(named, (object) => [`${object.apiVersion ?? ""} ${describeObject(object)}`]).map(({ one }) => ({
    object: one,
    path: [],
    problem: "is described twice",
  }));
}

/** An autoscaler owns the replicas of its target: neither the target itself nor a second autoscaler may set them. */
function replicas(objects: readonly KubernetesObject[]): readonly StackFinding[] {
  const autoscalers = allOf("autoscaling/v2/HorizontalPodAutoscaler", objects);
  const twice = laterOfEach(autoscalers, (one) => [targetOf(one)]).map(({ one, earlier }) => ({
    object: one,
    path: ["spec", "scaleTargetRef"],
    problem: `scales what ${describeObject(earlier)} scales too`,
  }));
  const targets = new Map(autoscalers.map((autoscaler) => [targetOf(autoscaler), autoscaler]));
  const set = objects.flatMap((object): StackFinding[] => {
    const autoscaler = targets.get(`${object.kind ?? ""} ${namespaceOf(object)}/${object.metadata?.name ?? ""}`);
    if (!autoscaler || !setsReplicas(object)) return [];
    return [{ object, path: ["spec", "replicas"], problem: `is set, and ${describeObject(autoscaler)} sets it too` }];
  });
  return [...twice, ...set];
}

function targetOf(autoscaler: HorizontalPodAutoscaler): string {
  const { kind = "", name = "" } = autoscaler.spec?.scaleTargetRef ?? {};
  return `${kind} ${namespaceOf(autoscaler)}/${name}`;
}

function setsReplicas(object: KubernetesObject): boolean {
  if (!isA("apps/v1/Deployment", object) && !isA("apps/v1/StatefulSet", object)) return false;
  if (object.spec?.replicas === undefined) return false;
  // In a cluster the field is always there; who wrote it stands in the managed fields. Autoscalers go by `scale`.
  const managers = writersIn(object.metadata);
  return managers === undefined || managers.some((entry) => entry.subresource !== "scale" && writesReplicas(entry));
}

function writersIn(metadata: ObjectMeta | undefined): readonly ManagedFieldsEntry[] | undefined {
  return metadata?.uid === undefined ? undefined : (metadata.managedFields ?? []);
}

function writesReplicas({ fieldsV1 }: ManagedFieldsEntry): boolean {
  const fields = fieldsV1 as { readonly "f:spec"?: { readonly "f:replicas"?: unknown } } | undefined;
  return fields?.["f:spec"]?.["f:replicas"] !== undefined;
}

/** The API server evicts no pod that two budgets select (Kubernetes: API-initiated Eviction). */
function disruptionBudgets(objects: readonly KubernetesObject[]): readonly StackFinding[] {
  const budgets = allOf("policy/v1/PodDisruptionBudget", objects);
  const found = objects.flatMap((object) => {
    const pod = podOf(object);
    // In a cluster a Deployment's pods stand there too, and would tell the same again.
    if (!pod || itemsOf(object.metadata?.ownerReferences).length > 0) return [];
    const [first, second] = budgets.filter(
      (budget) => namespaceOf(budget) === namespaceOf(object) && selects(budget.spec?.selector, pod.labels),
    );
    if (!first || !second) return [];
    const problem = `selects the pods of ${describeObject(object)}, as ${describeObject(first)} does`;
    return [{ object: second, path: ["spec", "selector"], problem }];
  });
  return found;
}

function ingressPaths(objects: readonly KubernetesObject[]): readonly StackFinding[] {
  const ingresses = allOf("networking.k8s.io/v1/Ingress", objects);
  const keysOf = (ingress: (typeof ingresses)[number]) =>
    itemsOf(ingress.spec?.rules).flatMap(([, { host = "*", http }]) =>
      itemsOf(http?.paths).map(([, { path = "/" }]) => `${ingress.spec?.ingressClassName ?? ""} ${host}${path}`),
    );
  return laterOfEach(ingresses, keysOf).map(({ one, earlier, key }) => ({
    object: one,
    path: ["spec", "rules"],
    problem: `serves ${key.split(" ")[1] ?? ""}, as ${describeObject(earlier)} does`,
  }));
}

function nodePorts(objects: readonly KubernetesObject[]): readonly StackFinding[] {
  const services = allOf("v1/Service", objects);
  const keysOf = (service: (typeof services)[number]) =>
    itemsOf(service.spec?.ports).flatMap(([, { nodePort, protocol = "TCP" }]) =>
      nodePort === undefined ? [] : [`${nodePort}/${protocol}`],
    );
  return laterOfEach(services, keysOf).map(({ one, earlier, key }) => ({
    object: one,
    path: ["spec", "ports"],
    problem: `takes NodePort ${key}, as ${describeObject(earlier)} does`,
  }));
}

/** External Secrets Operator: an ExternalSecret owns the Secret it targets, unless it says otherwise. */
interface ExternalSecret extends KubernetesObject {
  readonly spec?: { readonly target?: { readonly name?: string; readonly creationPolicy?: string } };
}

function externalSecrets(objects: readonly KubernetesObject[]): readonly StackFinding[] {
  const secrets = allOf("v1/Secret", objects).filter(
    ({ metadata }) => !itemsOf(metadata?.ownerReferences).some(([, { kind }]) => kind === "ExternalSecret"),
  );
  const isExternal = (object: KubernetesObject): object is ExternalSecret =>
    object.kind === "ExternalSecret" && (object.apiVersion ?? "").startsWith("external-secrets.io/");
  const externals = objects.filter(isExternal);
  const secretOf = ({ metadata, spec }: ExternalSecret) => spec?.target?.name ?? metadata?.name ?? "";
  const twice = laterOfEach(externals, (one) => [`${namespaceOf(one)}/${secretOf(one)}`]).map(({ one, earlier }) => ({
    object: one,
    path: ["spec", "target", "name"],
    problem: `writes the Secret that ${describeObject(earlier)} writes`,
  }));
  const beside = externals.flatMap((external): StackFinding[] => {
    const { creationPolicy = "Owner" } = external.spec?.target ?? {};
    const secret = secrets.find(
      (one) =>
        namespaceOf(one) === namespaceOf(external) &&
        one.metadata?.name === secretOf(external) &&
        creationPolicy === "Owner",
    );
    return secret ? [{ object: secret, path: [], problem: `is also written by ${describeObject(external)}` }] : [];
  });
  return [...twice, ...beside];
}

/** Every item that shares a key with an earlier one. */
function laterOfEach<T>(
  items: readonly T[],
  keysOf: (item: T) => readonly string[],
): readonly { readonly one: T; readonly earlier: T; readonly key: string }[] {
  const first = new Map<string, T>();
  return items.flatMap((one) =>
    [...new Set(keysOf(one))].flatMap((key) => {
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, one);
      return earlier === undefined ? [] : [{ one, earlier, key }];
    }),
  );
}

/** Who may write what. */
export const ownershipRules: readonly StackRule[] = [oneOwner];
