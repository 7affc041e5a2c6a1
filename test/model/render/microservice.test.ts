import type { PodTemplateSpec } from "kubernetes-types/core/v1";
import { describe, expect, it } from "vitest";
import { link } from "../../../model/declaration/link.ts";
import { random } from "../../../model/declaration/secret.ts";
import { defineService, type ServiceArguments } from "../../../model/declaration/service.ts";
import { imagePlaceholder, secretHashPlaceholder, secretPlaceholder } from "../../../model/placeholder.ts";
import { renderMicroservice, type MicroserviceObjects } from "../../../model/render/microservice.ts";
import { expectResolved, resolve, serviceOf, shop } from "../stack-fixtures.ts";

const stock = defineService({ name: "stock", seeds: [], language: "node", port: 8001 });
const cart = { name: "cart", seeds: [], language: "node", port: 8002, links: [link(stock)] } satisfies ServiceArguments;

function render(settings = "{}", more: Partial<ServiceArguments> = {}): MicroserviceObjects {
  const catalogue = [shop({ services: [defineService({ ...cart, ...more }), stock] })];
  return renderMicroservice(serviceOf(expectResolved(resolve(catalogue, `shop: ${settings}`)), "cart"));
}

const template = (objects: MicroserviceObjects): PodTemplateSpec => {
  const found = objects.deployment.spec?.template;
  if (!found) throw new Error("The Deployment has no pod template.");
  return found;
};
const container = (objects: MicroserviceObjects) => template(objects).spec?.containers[0];
const configHash = (objects: MicroserviceObjects) => template(objects).metadata?.annotations?.["fleet.dev/config-hash"];
const labels = {
  "app.kubernetes.io/name": "shop-cart",
  "app.kubernetes.io/part-of": "shop",
  "app.kubernetes.io/component": "service",
  "app.kubernetes.io/instance": "test",
  "app.kubernetes.io/managed-by": "fleet",
};
const selector = { "app.kubernetes.io/name": "shop-cart", "app.kubernetes.io/part-of": "shop" };

describe("every object of a service", () => {
  it("carries its name, namespace and labels", () => {
    const { volumeClaims, ...objects } = render("{ namespace: shop-dev }", { secrets: { KEY: random(20) } });
    expect(volumeClaims).toEqual({});
    for (const object of Object.values(objects)) {
      expect(object.metadata).toMatchObject({ name: "shop-cart", namespace: "shop-dev", labels });
    }
  });

  it("is there only where it is asked for", () => {
    expect(Object.keys(render()).sort()).toEqual(
      ["configMap", "deployment", "networkPolicy", "service", "serviceAccount", "volumeClaims"].sort(),
    );
  });
});

describe("a Deployment", () => {
  it("takes its number of replicas back from an autoscaler that is gone, and leaves it to one that is there", () => {
    const forced = { "pulumi.com/patchForce": "true" };
    expect(render().deployment.metadata?.annotations).toEqual(forced);
    const scaled = render(
      "{ services: { cart: { autoscaling: { minReplicas: 2, maxReplicas: 3, targetCpuPercent: 70 } } } }",
    );
    expect(scaled.deployment.metadata?.annotations).toBeUndefined();
    expect(scaled.deployment.spec?.replicas).toBeUndefined();
  });

  it("runs the image by placeholder, at the service's port, selected by what never changes", () => {
    const { deployment } = render();
    expect(deployment.spec?.selector).toEqual({ matchLabels: selector });
    expect(deployment.spec?.template.metadata?.labels).toEqual(labels);
    expect(container(render())).toMatchObject({
      name: "cart",
      image: imagePlaceholder("reference-workload"),
      ports: [{ name: "http", containerPort: 8002, protocol: "TCP" }],
    });
  });

  it("keeps the old pods until the new ones are ready", () => {
    expect(render().deployment.spec?.strategy).toEqual({
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
    });
  });

  it("is probed: startup and liveness at live, readiness at ready, each in its rhythm", () => {
    const objects = render(
      "{ services: { cart: { health: { live: /alive, ready: /able }, probes: { readiness: { periodSeconds: 9 } } } } }",
    );
    expect(container(objects)?.startupProbe).toEqual({
      httpGet: { path: "/alive", port: 8002 },
      initialDelaySeconds: 0,
      periodSeconds: 1,
      timeoutSeconds: 3,
      failureThreshold: 30,
    });
    expect(container(objects)?.livenessProbe).toEqual({
      httpGet: { path: "/alive", port: 8002 },
      initialDelaySeconds: 30,
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    });
    expect(container(objects)?.readinessProbe).toEqual({
      httpGet: { path: "/able", port: 8002 },
      initialDelaySeconds: 5,
      periodSeconds: 9,
      timeoutSeconds: 3,
      failureThreshold: 3,
    });
  });

  it("has requests and limits", () => {
    const objects = render("{ services: { cart: { resources: { cpu: { limit: '2' }, memory: { request: 64Mi } } } } }");
    expect(container(objects)?.resources).toEqual({
      requests: { cpu: "100m", memory: "64Mi" },
      limits: { cpu: "2", memory: "512Mi" },
    });
  });

  it.each([
    ["zero", "{ services: { cart: { replicas: 0 } } }", 0],
    ["three", "{ services: { cart: { replicas: 3 } } }", 3],
    [
      "no number, which the autoscaler owns,",
      "{ services: { cart: { replicas: 3, autoscaling: { minReplicas: 1, maxReplicas: 4, targetCpuPercent: 70 } } } }",
      undefined,
    ],
  ])("has %s of replicas", (_what, settings, replicas) => {
    const { spec } = render(settings).deployment;
    expect(spec?.replicas).toBe(replicas);
    expect(Object.keys(spec ?? {}).includes("replicas")).toBe(replicas !== undefined);
  });

  it.each([
    ["{ services: { cart: { replicas: 1 } } }", false],
    ["{ services: { cart: { replicas: 2 } } }", true],
    ["{ services: { cart: { autoscaling: { minReplicas: 1, maxReplicas: 2, targetCpuPercent: 70 } } } }", true],
  ])("with %s spreads its pods over nodes: %s", (settings, spreads) => {
    const constraints = template(render(settings)).spec?.topologySpreadConstraints;
    expect(constraints?.map((constraint) => constraint.topologyKey)).toEqual(
      spreads ? ["kubernetes.io/hostname"] : undefined,
    );
  });
});

describe("configuration", () => {
  it("stands in the ConfigMap, what is secret in the Secret, and the pod reads both", () => {
    const objects = render("{ services: { cart: { environment: { MODE: fast } } } }", { secrets: { KEY: random(20) } });
    const { REFERENCE_CONTRACT: contract = "{}", ...plain } = objects.configMap.data ?? {};
    expect(plain).toEqual({
      HOST: "0.0.0.0",
      PORT: "8002",
      SERVICE_NAME: "shop-cart",
      SERVICE_VERSION: "1.2.3",
      MODE: "fast",
      STOCK_URL: "http://shop-stock.shop.svc.cluster.local:8001",
    });
    expect(objects.secret?.stringData).toEqual({ KEY: secretPlaceholder("shop.KEY") });
    expect(container(objects)?.envFrom).toEqual([
      { configMapRef: { name: "shop-cart" } },
      { secretRef: { name: "shop-cart" } },
    ]);
    expect(JSON.parse(contract)).toEqual({
      service: "shop-cart",
      health: { report: "/health", ready: "/health/ready", live: "/health/live" },
      endpoints: [],
      required: ["HOST", "PORT", "SERVICE_NAME", "SERVICE_VERSION", "MODE", "STOCK_URL", "KEY"],
      links: [{ name: "stock", variable: "STOCK_URL", required: false, kind: "http", path: "/health/live" }],
    });
  });

  it("is handed to the reference workload only", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const pinned = render(
      `{ services: { cart: { image: { kind: pinned, repository: r.test/c, digest: "${digest}" } } } }`,
    );
    expect(pinned.configMap.data).not.toHaveProperty("REFERENCE_CONTRACT");
  });

  it.each([
    ["a variable", "{ services: { cart: { environment: { MODE: fast } } } }"],
    ["its port", "{ services: { cart: { port: 9002 } } }"],
    ["its version", "{ services: { cart: { version: 2.0.0-rc1 } } }"],
    ["the port of a link's target", "{ services: { stock: { port: 9001 } } }"],
    ["the namespace of its links", "{ namespace: elsewhere }"],
  ])("that differs by %s gives the pods another hash", (_what, settings) => {
    expect(configHash(render(settings))).not.toBe(configHash(render()));
  });

  it.each([
    ["replicas", "{ services: { cart: { replicas: 2 } } }"],
    ["resources", "{ services: { cart: { resources: { cpu: { limit: '2' } } } } }"],
    ["exposure", "{ expose: { kind: nodePort }, services: { cart: { nodePort: 30001 } } }"],
    ["probes", "{ services: { cart: { probes: { liveness: { periodSeconds: 20 } } } } }"],
    ["another service's variables", "{ services: { stock: { environment: { MODE: fast } } } }"],
  ])("has the same hash whatever its %s", (_what, settings) => {
    expect(configHash(render(settings))).toBe(configHash(render()));
  });

  it("has the same hash in whatever order its variables are written", () => {
    const one = render("{ services: { cart: { environment: { A: x, B: y } } } }");
    const other = render("{ services: { cart: { environment: { B: y, A: x } } } }");
    expect(template(other).metadata?.annotations).not.toHaveProperty("fleet.dev/secret-hash");
    expect(plainHash(other)).toBe(plainHash(one));
  });

  it("brings a hash over exactly the secrets that the pod reads", () => {
    const objects = render("{}", { secrets: { KEY: random(20), ANOTHER: random(20) } });
    expect(template(objects).metadata?.annotations?.["fleet.dev/secret-hash"]).toBe(
      secretHashPlaceholder(["shop.KEY", "shop.ANOTHER"]),
    );
    expect(template(render()).metadata?.annotations).not.toHaveProperty("fleet.dev/secret-hash");
  });
});

// Without the reference workload's contract, which lists variables in the order they are written.
function plainHash(objects: MicroserviceObjects): string | undefined {
  const data = { ...objects.configMap.data };
  delete data["REFERENCE_CONTRACT"];
  const { deployment } = render("{}", { transform: { configMap: (rendered) => ({ ...rendered, data }) } });
  return deployment.spec?.template.metadata?.annotations?.["fleet.dev/config-hash"];
}

describe("a transform", () => {
  it("adjusts what is rendered", () => {
    const objects = render("{}", {
      transform: {
        deployment: (one) => (one.spec ? { ...one, spec: { ...one.spec, minReadySeconds: 7 } } : one),
        service: (one) => ({ ...one, spec: { ...one.spec, sessionAffinity: "ClientIP" } }),
        networkPolicy: (one) => ({ ...one, metadata: { ...one.metadata, annotations: { why: "test" } } }),
        configMap: (one) => ({ ...one, data: { ...one.data, EXTRA: "1" } }),
      },
    });
    expect(objects.deployment.spec?.minReadySeconds).toBe(7);
    expect(objects.service.spec?.sessionAffinity).toBe("ClientIP");
    expect(objects.networkPolicy.metadata?.annotations).toEqual({ why: "test" });
    expect(objects.configMap.data?.["EXTRA"]).toBe("1");
    expect(configHash(objects)).not.toBe(configHash(render()));
  });

  it("does not get past the hardening, which comes after it", () => {
    const objects = render("{}", {
      transform: {
        deployment: (one) => {
          const spec = one.spec?.template.spec;
          if (!one.spec || !spec) return one;
          const loose = {
            runAsUser: 0,
            runAsNonRoot: false,
            privileged: true,
            allowPrivilegeEscalation: true,
            readOnlyRootFilesystem: false,
            capabilities: { add: ["SYS_ADMIN"] },
            seccompProfile: { type: "Unconfined" },
            procMount: "Unmasked",
          };
          const [first] = spec.containers;
          const pod = {
            ...spec,
            hostNetwork: true,
            hostPID: true,
            hostIPC: true,
            automountServiceAccountToken: true,
            enableServiceLinks: true,
            securityContext: {
              runAsUser: 0,
              runAsNonRoot: false,
              seccompProfile: { type: "Unconfined" },
              sysctls: [{ name: "kernel.msgmax", value: "1" }],
            },
            containers: [{ name: "cart", ...first, securityContext: loose }],
            initContainers: [{ name: "first", image: "x", securityContext: loose }],
          };
          return { ...one, spec: { ...one.spec, template: { ...one.spec.template, spec: pod } } };
        },
      },
    });
    const spec = template(objects).spec;
    expect(spec).toMatchObject({
      hostNetwork: false,
      hostPID: false,
      hostIPC: false,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
    });
    expect(spec?.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      fsGroup: 10001,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    });
    for (const one of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]) {
      expect(one.securityContext, one.name).toEqual({
        allowPrivilegeEscalation: false,
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        capabilities: { drop: ["ALL"] },
      });
    }
  });
});

describe("a Service", () => {
  it("leads from the service's port to the pods, inside the cluster only", () => {
    expect(render().service.spec).toEqual({
      type: "ClusterIP",
      selector,
      ports: [{ name: "http", port: 8002, targetPort: 8002, protocol: "TCP" }],
    });
  });

  it("has the NodePort where the stack exposes services so", () => {
    const { service } = render("{ expose: { kind: nodePort }, services: { cart: { nodePort: 30007 } } }");
    expect(service.spec).toMatchObject({
      type: "NodePort",
      ports: [{ port: 8002, targetPort: 8002, nodePort: 30007 }],
    });
  });
});

describe("a volume", () => {
  const volumes = { models: { mountPath: "/models", size: "2Gi", accessMode: "ReadWriteMany" } } as const;

  it("is a claim of its own, mounted where it is declared", () => {
    const objects = render("{}", { volumes });
    expect(objects.volumeClaims["models"]).toEqual({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "shop-cart-models", namespace: "shop", labels },
      spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "2Gi" } } },
    });
    expect(template(objects).spec?.volumes).toContainEqual({
      name: "models",
      persistentVolumeClaim: { claimName: "shop-cart-models" },
    });
    expect(container(objects)?.volumeMounts).toContainEqual({ name: "models", mountPath: "/models" });
  });

  it("stands beside a small writable /tmp, since the root file system is read-only", () => {
    expect(template(render()).spec?.volumes).toEqual([{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }]);
    expect(container(render())?.volumeMounts).toEqual([{ name: "tmp", mountPath: "/tmp" }]);
  });
});

describe("where a stack asks for them", () => {
  it("an autoscaler scales the Deployment by CPU", () => {
    const autoscaling = "{ minReplicas: 2, maxReplicas: 5, targetCpuPercent: 65 }";
    expect(render(`{ services: { cart: { autoscaling: ${autoscaling} } } }`).autoscaler?.spec).toEqual({
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "shop-cart" },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 65 } } },
      ],
    });
  });

  it("a disruption budget keeps pods up", () => {
    const { disruptionBudget } = render(
      "{ services: { cart: { replicas: 3, disruptionBudget: { minAvailable: 2 } } } }",
    );
    expect(disruptionBudget?.spec).toEqual({ minAvailable: 2, selector: { matchLabels: selector } });
  });

  it("an ingress leads to the service by TLS", () => {
    const expose =
      "{ kind: ingress, domain: shop.example, className: nginx, tlsSecret: shop-tls, controllerNamespace: ing }";
    expect(render(`{ expose: ${expose} }`, { host: "cart" }).ingress?.spec).toEqual({
      ingressClassName: "nginx",
      tls: [{ hosts: ["cart.shop.example"], secretName: "shop-tls" }],
      rules: [
        {
          host: "cart.shop.example",
          http: {
            paths: [
              { path: "/", pathType: "Prefix", backend: { service: { name: "shop-cart", port: { number: 8002 } } } },
            ],
          },
        },
      ],
    });
  });
});
