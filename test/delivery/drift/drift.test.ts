import { describe, expect, it } from "vitest";
import { drift, type DriftReport, type LiveObjects } from "../../../delivery/drift/drift.ts";
import { formatDrift } from "../../../delivery/drift/format.ts";
import { recordedObjects } from "../../../delivery/drift/recorded.ts";
import type { PlainObject } from "../../../model/overlay.ts";

const ENGINE = "pulumi-kubernetes-1234";

const cart = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "cart", namespace: "shop", labels: { app: "cart" } },
  spec: {
    replicas: 2,
    template: {
      spec: {
        hostNetwork: false,
        containers: [
          {
            name: "cart",
            image: "registry/cart@sha256:1",
            args: ["serve", "--quiet"],
            resources: { limits: { cpu: "1000m", memory: "1Gi" } },
            env: [{ name: "LEVEL", value: "info" }],
            volumeMounts: [],
          },
        ],
      },
    },
  },
};

describe("drift", () => {
  it("is none where the cluster has what the engine set, however the server spells and completes it", () => {
    const live = changed(cart, (object) => {
      object.metadata["resourceVersion"] = "7";
      object.metadata["annotations"] = { "deployment.kubernetes.io/revision": "3" };
      object["status"] = { replicas: 2 };
      object.spec["progressDeadlineSeconds"] = 600;
      const [container] = object.spec.template.spec.containers;
      container.resources = { limits: { cpu: "1", memory: "1024Mi" } };
      container["terminationMessagePath"] = "/dev/termination-log";
      Reflect.deleteProperty(container, "volumeMounts");
      Reflect.deleteProperty(object.spec.template.spec, "hostNetwork");
    });
    expect(report([cart], [live])).toMatchObject({ compared: 1, drifted: [] });
  });

  it("names exactly the field that was patched, with both values and who did it", () => {
    const live = changed(
      cart,
      (object) => {
        object.spec.template.spec.containers[0].image = "registry/cart:debug";
      },
      {
        manager: "kubectl-patch",
        operation: "Update",
        time: "2026-11-21T14:00:00Z",
        fieldsV1: path("spec", "template", "spec", "containers", 'k:{"name":"cart"}', "image"),
      },
    );
    expect(report([cart], [live]).drifted).toEqual([
      {
        object: "Deployment shop/cart",
        resource: "cart",
        kind: "changed",
        fields: [
          {
            path: "spec.template.spec.containers[cart].image",
            expected: "registry/cart@sha256:1",
            found: "registry/cart:debug",
            secret: false,
            by: { manager: "kubectl-patch", time: "2026-11-21T14:00:00Z" },
          },
        ],
      },
    ]);
  });

  it("names a list whose items have no name as a whole, and a named item that is gone", () => {
    const live = changed(cart, (object) => {
      const [container] = object.spec.template.spec.containers;
      container.args = ["serve"];
      container.env = [];
    });
    expect(fields(report([cart], [live]))).toEqual([
      ["spec.template.spec.containers[cart].args", ["serve", "--quiet"], ["serve"]],
      ["spec.template.spec.containers[cart].env[LEVEL]", { name: "LEVEL", value: "info" }, undefined],
    ]);
  });

  it("names what was added by hand, and leaves to a controller what a controller added", () => {
    const env = (name: string) =>
      path("spec", "template", "spec", "containers", 'k:{"name":"cart"}', "env", `k:{"name":"${name}"}`);
    const add = (object: Live) => {
      object.spec.template.spec.containers[0].env.push({ name: "DEBUG", value: "1" });
      object.metadata["annotations"] = { team: "shop" };
    };
    const by = (manager: string) =>
      report(
        [cart],
        [
          changed(
            cart,
            add,
            { manager, operation: "Update", fieldsV1: env("DEBUG") },
            { manager, operation: "Update", fieldsV1: path("metadata", "annotations", "team") },
          ),
        ],
      );
    expect(fields(by("kubectl-edit"))).toEqual([
      ["spec.template.spec.containers[cart].env[DEBUG]", undefined, { name: "DEBUG", value: "1" }],
      ["metadata.annotations", undefined, { team: "shop" }],
    ]);
    expect(by("kube-controller-manager").drifted).toEqual([]);
  });

  it("takes no note of kubectl for drift", () => {
    const note = "kubectl.kubernetes.io/last-applied-configuration";
    const annotated = { ...cart, metadata: { ...cart.metadata, annotations: { a: "b" } } };
    const live = changed(
      annotated,
      (object) => {
        object.metadata["annotations"] = { a: "b", [note]: "{}" };
      },
      {
        manager: "kubectl-client-side-apply",
        operation: "Update",
        fieldsV1: { "f:metadata": { "f:annotations": { [`f:${note}`]: {} } } },
      },
    );
    expect(report([annotated], [live]).drifted).toEqual([]);
  });

  it("leaves the number of replicas to an autoscaler where there is one, and only there", () => {
    const scaled = changed(
      cart,
      (object) => {
        object.spec.replicas = 5;
      },
      { manager: "kubectl", subresource: "scale", operation: "Update", fieldsV1: path("spec", "replicas") },
    );
    const autoscaler = {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "cart", namespace: "shop" },
      spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "cart" } },
    };
    expect(fields(report([cart], [scaled]))).toEqual([["spec.replicas", 2, 5]]);
    expect(report([cart, autoscaler], [scaled, autoscaler]).drifted).toEqual([]);
  });

  it("tells what is gone, and what was made by hand beside the stack's own", () => {
    const made = (name: string, more: object = {}) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: {
        name,
        namespace: "shop",
        managedFields: [{ manager: "kubectl-create", operation: "Update", fieldsV1: {} }],
        ...more,
      },
    });
    const live = [
      made("open-door"),
      made("owned", { ownerReferences: [{ uid: "1" }] }),
      made("other", { managedFields: [] }),
    ];
    expect(report([cart], live).drifted).toEqual([
      { object: "Deployment shop/cart", resource: "cart", kind: "missing", fields: [] },
      { object: "NetworkPolicy shop/open-door", kind: "unknown", fields: [] },
    ]);
  });

  it("sees that a secret changed, and shows neither value, nor a secret that turns up elsewhere", () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "cart", namespace: "shop" },
      data: wrapped({ PASSWORD: Buffer.from("correct horse").toString("base64") }),
    };
    const live = { ...secret, data: { PASSWORD: Buffer.from("battery staple").toString("base64") } };
    const leaking = changed(cart, (object) => {
      object.spec.template.spec.containers[0].env = [{ name: "LEVEL", value: "postgres://u:correct%20horse@db" }];
    });
    const found = report([secret, cart], [live, leaking]);
    expect(found.drifted.map(({ object }) => object)).toEqual(["Deployment shop/cart", "Secret shop/cart"]);
    expect(found.drifted[1]?.fields).toEqual([{ path: "data.PASSWORD", secret: true }]);
    const text = JSON.stringify(found) + formatDrift(found, { color: false });
    for (const value of ["correct horse", "correct%20horse", "battery", live.data.PASSWORD])
      expect(text).not.toContain(value);
    expect(
      report([secret], [{ ...secret, data: { PASSWORD: Buffer.from("correct horse").toString("base64") } }]).drifted,
    ).toEqual([]);
  });

  it("says what it could not compare", () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "cart", namespace: "shop" }, data: {} };
    const found = report([secret, cart], [cart], ["Secret shop"]);
    expect(found).toMatchObject({ compared: 1, drifted: [], unreadable: ["Secret shop"] });
    expect(formatDrift(found, { color: false })).toBe(
      "not compared, for want of rights: Secret shop\nshop: all 1 objects are as the engine left them",
    );
  });
});

describe("a drift report for people", () => {
  it("gives each field its own line", () => {
    const live = changed(cart, (object) => {
      object.spec.replicas = 0;
      object.metadata.labels = { app: "x".repeat(200) };
    });
    expect(formatDrift(report([cart], [live]), { color: false }).split("\n")).toEqual([
      "~ Deployment shop/cart (cart)",
      `    metadata.labels.app: cart → ${"x".repeat(120)}…`,
      "    spec.replicas: 2 → 0",
      "shop: 1 of 1 objects drifted",
      "  fleet up --stack shop puts back what the program says.",
    ]);
  });
});

describe("the state", () => {
  it("gives Kubernetes objects alone, and none that waits for its deletion", () => {
    const resource = (type: string, more: object = {}) => ({
      type,
      urn: `urn:pulumi:dev::fleet::${type}::one`,
      id: "shop/one",
      inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: {} },
      ...more,
    });
    const found = recordedObjects({
      resources: [
        resource("kubernetes:core/v1:ConfigMap"),
        resource("kubernetes:core/v1:ConfigMap", { delete: true }),
        resource("random:index/randomPassword:RandomPassword"),
        resource("pulumi:providers:kubernetes", { inputs: {} }),
      ],
    });
    expect(found).toMatchObject([{ resource: "one", kind: "ConfigMap", namespace: "shop", name: "one" }]);
  });
});

type Live = Record<string, unknown> & {
  metadata: Record<string, unknown>;
  spec: Record<string, unknown> & {
    template: { spec: { containers: [Record<string, unknown> & { env: Record<string, unknown>[] }] } };
  };
};

/** A copy as the server might have it, under the engine's management and whatever others wrote. */
function changed(object: object, change: (copy: Live) => void, ...managedFields: object[]): PlainObject {
  const copy = structuredClone(object) as Live;
  change(copy);
  copy.metadata["managedFields"] = [{ manager: ENGINE, operation: "Apply", fieldsV1: {} }, ...managedFields];
  return copy;
}

/** `fieldsV1` with one field in it. */
function path(...steps: string[]): object {
  return steps.reduceRight((inner, step) => ({ [step.startsWith("k:") ? step : `f:${step}`]: inner }), {});
}

function wrapped(value: unknown): object {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify(value) };
}

/** The drift of a stack whose state has these inputs. */
function report(
  inputs: readonly {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace: string };
  }[],
  objects: readonly object[],
  unreadable: LiveObjects["unreadable"] = [],
): DriftReport {
  const resources = inputs.map((one) => ({
    type: `kubernetes:any:${one.kind}`,
    urn: `urn:pulumi:shop::fleet::kubernetes:any:${one.kind}::${one.metadata.name}`,
    id: `${one.metadata.namespace}/${one.metadata.name}`,
    inputs: one,
  }));
  return drift("shop", recordedObjects({ resources }), { objects: objects as readonly PlainObject[], unreadable });
}

function fields({ drifted }: DriftReport): unknown {
  return drifted.flatMap((one) => one.fields.map(({ path: at, expected, found }) => [at, expected, found]));
}
