import { describe, expect, it } from "vitest";
import { kubernetesObject } from "../../../policy/crossguard/kubernetes-resource.ts";
import { UNKNOWN } from "../../../policy/unknown-value.ts";

/** As CrossGuard hands properties over: one that is not known yet throws when it is read. */
function unknownAt<T extends object>(properties: T, name: string): T {
  return Object.defineProperty(properties, name, {
    enumerable: true,
    get: () => {
      throw new Error("string value can't be known during preview");
    },
  });
}

describe("a Pulumi resource", () => {
  it.each([
    ["kubernetes:core/v1:Namespace", "v1", "Namespace"],
    ["kubernetes:apps/v1:Deployment", "apps/v1", "Deployment"],
    ["kubernetes:networking.k8s.io/v1:Ingress", "networking.k8s.io/v1", "Ingress"],
    ["kubernetes:rbac.authorization.k8s.io/v1:Role", "rbac.authorization.k8s.io/v1", "Role"],
  ])("of type %s is the object %s %s", (type, apiVersion, kind) => {
    const props = { metadata: { name: "cart" }, spec: { replicas: 0 } };
    expect(kubernetesObject({ type, props })).toEqual({ apiVersion, kind, ...props });
  });

  it.each(["pulumi:providers:kubernetes", "random:index/randomPassword:RandomPassword", "fleet:image:Image"])(
    "of type %s is no Kubernetes object",
    (type) => {
      expect(kubernetesObject({ type, props: {} })).toBeUndefined();
    },
  );

  it("keeps what is known around what is not", () => {
    const container = unknownAt({ name: "cart" }, "image");
    const labels = unknownAt({}, "revision");
    expect(
      kubernetesObject({
        type: "kubernetes:core/v1:Pod",
        props: { metadata: { labels }, spec: { containers: [container] } },
      }),
    ).toEqual({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { labels: { revision: UNKNOWN } },
      spec: { containers: [{ name: "cart", image: UNKNOWN }] },
    });
  });
});
