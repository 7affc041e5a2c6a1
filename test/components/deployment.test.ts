import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { deploy } from "../../components/deployment.ts";
import type { ConfiguredSecrets } from "../../components/secrets.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { placeholdersIn } from "../../model/placeholder.ts";
import { nameOf, renderedObjects, type RenderedObject } from "../model/render/rendered-stack.ts";
import { digests, resolveOwn } from "../model/stack-fixtures.ts";
import { inTheClear, isSecret, register, registrationBy, type Registration } from "./recording-engine.ts";

// Each run takes 0.1 s on a machine of its own; far more while a cluster is built beside it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const run = (stack: ResolvedStack, secrets: ConfiguredSecrets = {}, password?: (name: string) => string) =>
  register(() => deploy(stack, pulumi.secret(secrets), "/root"), password ? { password } : {});

// The store of prod is for test/components/rendered.test.ts: here the engine knows every value.
const prod = resolveOwn("prod", (values) => ({ ...values, secretStore: undefined }));
const CONFIGURED = "sk-configured-key";
const configured = { bizosaas: { OPENAI_API_KEY: CONFIGURED } };
let registrations: readonly Registration[] = [];
let outputs: ReturnType<typeof deploy>;

beforeAll(async () => {
  ({ registrations, result: outputs } = await run(prod, configured));
});

const by = (type: string, name: string) => registrationBy(registrations, type, name);
const ofKubernetes = (all: readonly Registration[]) => all.filter((one) => one.type.startsWith("kubernetes:"));
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";
const JOB = "kubernetes:batch/v1:Job";
const SECRET = "kubernetes:core/v1:Secret";
const RANDOM = "random:index/randomPassword:RandomPassword";

describe("a deployed stack", () => {
  it("registers exactly the objects that are rendered", () => {
    const names = ofKubernetes(registrations).map((one) => nameOf(one.inputs as RenderedObject));
    expect(names.sort()).toEqual([...renderedObjects(prod).keys()].sort());
  });

  it("registers each object as it is rendered where there is nothing to fill in", () => {
    const rendered = renderedObjects(prod);
    const compared = ofKubernetes(registrations).filter((one) => {
      const object = rendered.get(nameOf(one.inputs));
      if (placeholdersIn(object).length > 0) return false;
      expect(one.inputs).toEqual(JSON.parse(JSON.stringify(object)));
      return true;
    });
    expect(compared.length).toBeGreaterThan(30);
  });

  it("leaves no placeholder in anything that it registers", () => {
    expect(placeholdersIn(registrations.map((one) => one.inputs))).toEqual([]);
  });

  it("has one explicit provider, for the stack's own context, and all objects go through it", () => {
    const provider = by("pulumi:providers:kubernetes", "cluster");
    expect(provider.inputs).toMatchObject({ context: "fleet-prod" });
    expect(new Set(ofKubernetes(registrations).map((one) => one.provider))).toEqual(
      new Set([`${provider.urn}::cluster-id`]),
    );
  });

  it("parts into components, each beside the others below its own parent", () => {
    const components = registrations.filter((one) => one.type.startsWith("fleet:"));
    expect(components.map((one) => `${one.parent} > ${one.type}::${one.name}`).sort()).toEqual(
      [
        " > fleet:secret:Secrets::secrets",
        " > fleet:platform:Platform::bizosaas",
        ...["migrations", "postgresql", "redis", "reference-workload"].map(
          (key) => ` > fleet:image:Image::image-${key}`,
        ),
        ...["postgres", "redis"].map(
          (name) => `fleet:platform:Platform::bizosaas > fleet:datastore:Datastore::bizosaas-${name}`,
        ),
        "fleet:platform:Platform::bizosaas > fleet:migration:Migration::bizosaas-postgres-migration",
        "fleet:platform:Platform::bizosaas > fleet:backup:Backup::bizosaas-postgres-backup",
        ...["identity", "ai-orchestrator", "crm", "analytics", "frontend"].map(
          (name) => `fleet:platform:Platform::bizosaas > fleet:microservice:Microservice::bizosaas-${name}`,
        ),
      ].sort(),
    );
  });

  it("names each child of a component after it", () => {
    for (const child of ofKubernetes(registrations)) {
      const parent = child.parent.split("::")[1] ?? "";
      expect(child.name).toMatch(new RegExp(`^${parent}-`));
    }
  });

  it("makes one microservice of exactly these resources", () => {
    const children = registrations.filter((one) => one.parent === "fleet:microservice:Microservice::bizosaas-crm");
    expect(children.map((one) => `${one.type} ${one.name}`).sort()).toEqual([
      "kubernetes:apps/v1:Deployment bizosaas-crm-deployment",
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler bizosaas-crm-autoscaler",
      "kubernetes:core/v1:ConfigMap bizosaas-crm-config-map",
      "kubernetes:core/v1:Secret bizosaas-crm-secret",
      "kubernetes:core/v1:Service bizosaas-crm-service",
      "kubernetes:core/v1:ServiceAccount bizosaas-crm-service-account",
      "kubernetes:networking.k8s.io/v1:Ingress bizosaas-crm-ingress",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy bizosaas-crm-network-policy",
      "kubernetes:policy/v1:PodDisruptionBudget bizosaas-crm-disruption-budget",
    ]);
  });

  it("tells where its services are, and by which images", async () => {
    const urls = await settledRecord(outputs.urls["bizosaas"] ?? {});
    expect(urls["crm"]).toBe("http://bizosaas-crm.bizosaas.svc.cluster.local:8004");
    expect(Object.keys(urls).sort()).toEqual(["ai-orchestrator", "analytics", "crm", "frontend", "identity"]);
    expect((await settledRecord(outputs.images))["redis"]).toBe(`ghcr.io/fleet/redis@${digests["redis"] ?? ""}`);
  });
});

describe("the order of things", () => {
  it("is namespace and default deny before anything in them", () => {
    const ground = [
      "kubernetes:core/v1:Namespace::bizosaas-namespace",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy::bizosaas-default-deny",
    ];
    for (const [type, name] of [
      [STATEFUL_SET, "bizosaas-postgres-stateful-set"],
      [JOB, "bizosaas-postgres-migration-job"],
      [DEPLOYMENT, "bizosaas-frontend-deployment"],
      [SECRET, "bizosaas-crm-secret"],
    ] as const) {
      expect([...waitsFor(type, name)], name).toEqual(expect.arrayContaining(ground));
    }
  });

  it("is the datastore, then its migration, then the services that need it", () => {
    const job = waitsFor(JOB, "bizosaas-postgres-migration-job");
    expect(job).toContain(`${STATEFUL_SET}::bizosaas-postgres-stateful-set`);
    expect(job).toContain("kubernetes:core/v1:Service::bizosaas-postgres-service");
    for (const name of ["identity", "ai-orchestrator", "crm", "analytics"]) {
      const deployment = waitsFor(DEPLOYMENT, `bizosaas-${name}-deployment`);
      expect(deployment, name).toContain(`${JOB}::bizosaas-postgres-migration-job`);
      expect(deployment, name).toContain(`${STATEFUL_SET}::bizosaas-redis-stateful-set`);
    }
  });

  it("keeps a service with no datastore and only optional links from waiting for any", () => {
    const frontend = [...waitsFor(DEPLOYMENT, "bizosaas-frontend-deployment")];
    expect(frontend.filter((one) => /Deployment|StatefulSet|Job/.test(one))).toEqual([]);
  });

  it("is what a pod reads and who may reach it before the pod", () => {
    expect(by(DEPLOYMENT, "bizosaas-ai-orchestrator-deployment").dependencies).toEqual(
      expect.arrayContaining([
        "kubernetes:networking.k8s.io/v1:NetworkPolicy::bizosaas-ai-orchestrator-network-policy",
        "kubernetes:core/v1:ServiceAccount::bizosaas-ai-orchestrator-service-account",
        "kubernetes:core/v1:ConfigMap::bizosaas-ai-orchestrator-config-map",
        `${SECRET}::bizosaas-ai-orchestrator-secret`,
        "kubernetes:core/v1:PersistentVolumeClaim::bizosaas-ai-orchestrator-models-volume-claim",
      ]),
    );
  });

  it("is a required link's target before the service, and an optional one's not", async () => {
    const small = prodWith("crm", "identity", "frontend");
    const platforms = small.platforms.map((platform) => ({
      ...platform,
      waves: [["identity", "crm"], ["frontend"]],
      services: platform.services.map((service) => ({
        ...service,
        links: service.links.map((one) =>
          service.name === "frontend" ? { ...one, required: one.target === "crm" } : one,
        ),
      })),
    }));
    const linked = (await run({ ...small, platforms }, configured)).registrations;
    const waited = waitsFor(DEPLOYMENT, "bizosaas-frontend-deployment", linked);
    expect(waited).toContain(`${DEPLOYMENT}::bizosaas-crm-deployment`);
    expect(waited).toContain("kubernetes:core/v1:Service::bizosaas-crm-service");
    expect(waited).not.toContain(`${DEPLOYMENT}::bizosaas-identity-deployment`);
  });

  it("frees the migration Job's name before a new one takes it", () => {
    expect(by(JOB, "bizosaas-postgres-migration-job").deleteBeforeReplace).toBe(true);
  });
});

describe("secrets", () => {
  it("are generated once each, of letters and digits", () => {
    const generated = registrations.filter((one) => one.type === RANDOM);
    expect(generated.map((one) => [one.name, one.inputs["length"], one.inputs["special"]]).sort()).toEqual([
      ["bizosaas-jwt-secret", 64, false],
      ["bizosaas-postgres-admin-password", 32, false],
      ["bizosaas-postgres-app-password", 32, false],
      ["bizosaas-postgres-backup-password", 32, false],
      ["bizosaas-postgres-owner-password", 32, false],
      ["bizosaas-redis-admin-password", 32, false],
      ["bizosaas-redis-password", 32, false],
      ["hash-key", 32, false],
    ]);
  });

  it("stand in the Secrets, marked", () => {
    const secret = by(SECRET, "bizosaas-ai-orchestrator-secret");
    const app = "generated-for-bizosaas-postgres-app-password";
    expect(secret.inputs["stringData"]).toEqual({
      DATABASE_URL: `postgresql://bizosaas_app:${app}@bizosaas-postgres.bizosaas.svc.cluster.local:5432/bizosaas`,
      REDIS_URL: `redis://app:generated-for-bizosaas-redis-password@bizosaas-redis.bizosaas.svc.cluster.local:6379/0`,
      OPENAI_API_KEY: CONFIGURED,
    });
    expect(isSecret((secret.marked as Record<string, unknown>)["stringData"])).toBe(true);
  });

  it("travel in the clear nowhere", () => {
    const text = inTheClear(registrations.map((one) => one.marked));
    expect(text).toContain("fleet.dev/secret-hash");
    expect(text).not.toContain("generated-for-");
    expect(text).not.toContain(CONFIGURED);
  });

  it("roll the pods that read them, by a hash that does not contain them, and no other pods", async () => {
    const rotated = (name: string) => (name === "bizosaas-jwt-secret" ? "rotated" : `generated-for-${name}`);
    const after = (await run(prodWith("identity", "crm"), configured, rotated)).registrations;
    const changed = ofKubernetes(after).filter((one) => hashOf(one) !== hashOf(by(one.type, one.name)));
    expect(changed.map((one) => one.name)).toEqual(["bizosaas-identity-deployment"]);
    const hash = hashOf(by(DEPLOYMENT, "bizosaas-identity-deployment"));
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
  });

  it("are hashed with a key, so that the hash of a guess says nothing", async () => {
    const otherKey = (name: string) => (name === "hash-key" ? "another-key" : `generated-for-${name}`);
    const after = (await run(prodWith("identity"), configured, otherKey)).registrations;
    const name = "bizosaas-identity-deployment";
    expect(hashOf(registrationBy(after, DEPLOYMENT, name))).not.toBe(hashOf(by(DEPLOYMENT, name)));
  });

  it("leave the hash in the clear, to show that one changed", () => {
    const { marked } = by(DEPLOYMENT, "bizosaas-identity-deployment");
    expect(inTheClear(marked)).toContain(hashOf(by(DEPLOYMENT, "bizosaas-identity-deployment")));
  });
});

describe("images", () => {
  it("are deployed by digest, every container of every pod", () => {
    const images = ofKubernetes(registrations).flatMap((one) => podImages(one.inputs));
    expect(new Set(images)).toEqual(
      new Set(
        ["reference-workload", "postgresql", "redis", "migrations"].map(
          (name) => `ghcr.io/fleet/${name}@${digests[name] ?? ""}`,
        ),
      ),
    );
  });
});

function hashOf(registration: Registration): string {
  const spec = registration.inputs["spec"] as
    | { readonly template?: { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } } }
    | undefined;
  return spec?.template?.metadata?.annotations?.["fleet.dev/secret-hash"] ?? "";
}

function podImages(inputs: Readonly<Record<string, unknown>>): string[] {
  const spec = inputs["spec"] as
    | { readonly template?: { readonly spec?: Readonly<Record<string, readonly { readonly image: string }[]>> } }
    | undefined;
  const pod = spec?.template?.spec ?? {};
  return [...(pod["initContainers"] ?? []), ...(pod["containers"] ?? [])].map((container) => container.image);
}

function settledRecord(record: Readonly<Record<string, pulumi.Output<string>>>): Promise<Record<string, string>> {
  return new Promise((resolve) => {
    pulumi.all(record).apply((values) => {
      resolve(values);
    });
  });
}

/** Everything that one resource waits for, directly or not; what its component waits for, it waits for. */
function waitsFor(type: string, name: string, all = registrations): ReadonlySet<string> {
  const reached = new Set<string>();
  const queue = [`${type}::${name}`];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const found = all.find((one) => `${one.type}::${one.name}` === next);
    for (const needed of found ? [...found.dependencies, found.parent] : []) {
      if (reached.has(needed)) continue;
      reached.add(needed);
      queue.push(needed);
    }
  }
  return reached;
}

/** The production stack with these services only: enough for what concerns one of them. */
function prodWith(...names: readonly string[]): ResolvedStack {
  const platforms = prod.platforms.map((platform) => ({
    ...platform,
    services: platform.services.filter((service) => names.includes(service.name)),
  }));
  return { ...prod, platforms };
}
