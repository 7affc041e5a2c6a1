import { describe, expect, it } from "vitest";
import { describeObject, type KubernetesObject } from "../../policy/kubernetes-object.ts";
import { evaluateLive } from "../../policy/live.ts";
import { deployment } from "./objects.ts";
import { renderedStack } from "./rendered-stacks.ts";

const prod = { stack: "prod", today: "2026-11-21" };

/** What a controller makes of a template: the same pod, and who controls it. */
function ownedPod(owner: KubernetesObject, name: string, phase: string, spec: object): KubernetesObject {
  const ownerReferences = [
    { apiVersion: "apps/v1", kind: owner.kind ?? "", name: "", uid: owner.metadata?.uid ?? "", controller: true },
  ];
  const metadata = { name, namespace: "shop", uid: name, ownerReferences };
  return { apiVersion: "v1", kind: "Pod", metadata, spec, status: { phase } } as KubernetesObject;
}

function withUid<T extends KubernetesObject>(object: T, uid: string): T {
  return { ...object, metadata: { ...object.metadata, uid } };
}

const privileged = { name: "cart", securityContext: { privileged: true } };
const broken = withUid(deployment(privileged), "deployment");
const brokenPod = { containers: [privileged] };

function brokenBy(objects: readonly KubernetesObject[]): readonly string[] {
  return evaluateLive(objects, prod).flatMap(({ rule, object }) => (rule === "pod-privileged" ? [object] : []));
}

describe("the rules on a live cluster", () => {
  it("tell of a Deployment what its pods merely have from it", () => {
    expect(brokenBy([broken, ownedPod(broken, "cart-1", "Running", brokenPod)])).toEqual(["Deployment shop/cart"]);
  });

  it("tell of a pod what its Deployment did not ask for", () => {
    const good = withUid(deployment(), "deployment");
    expect(brokenBy([good, ownedPod(good, "cart-1", "Running", brokenPod)])).toEqual(["Pod shop/cart-1"]);
  });

  it("tell of what somebody else put into the namespace", () => {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "debug", namespace: "shop" }, spec: brokenPod };
    expect(brokenBy([pod as KubernetesObject])).toEqual(["Pod shop/debug"]);
  });

  it("do not mind what is over: finished pods and the replica sets of old revisions", () => {
    const finished = ownedPod(withUid(deployment(), "job"), "import-1", "Succeeded", brokenPod);
    const old = ownedPod(withUid(deployment(), "deployment"), "cart-old", "", {
      replicas: 0,
      template: { spec: brokenPod },
    });
    expect(brokenBy([finished, { ...old, apiVersion: "apps/v1", kind: "ReplicaSet" }])).toEqual([]);
  });

  it("leave the form of objects to the API server that took them", () => {
    const future = { ...deployment(), spec: { ...deployment().spec, fieldOfNextYear: true } } as KubernetesObject;
    expect(evaluateLive([future], prod).map(({ rule }) => rule)).not.toContain("kubernetes-schema");
  });

  it("accept a production stack with its pods", () => {
    const objects = renderedStack("prod").map((object) => withUid(object, describeObject(object)));
    const pods = objects.flatMap((object) => {
      if (object.kind !== "Deployment") return [];
      const { template } = (object as { spec: { template: { spec: object; metadata: object } } }).spec;
      const pod = ownedPod(object, `${object.metadata?.name ?? ""}-1`, "Running", template.spec);
      return [{ ...pod, metadata: { ...template.metadata, ...pod.metadata, ...pick(object) } }];
    });
    const mandatory = evaluateLive([...objects, ...pods], prod).filter(({ level }) => level === "mandatory");
    expect(pods.length).toBeGreaterThan(30);
    expect(mandatory).toEqual([]);
  });
});

function pick({ metadata }: KubernetesObject): { readonly namespace: string } {
  return { namespace: metadata?.namespace ?? "" };
}
