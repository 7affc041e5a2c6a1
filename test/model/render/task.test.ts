import { describe, expect, it } from "vitest";
import { contractSchema } from "../../../docker/reference-workload/src/contract.ts";
import { linkGraph } from "../../../model/graph/link-graph.ts";
import { inventoryMarkdown } from "../../../model/inventory-markdown.ts";
import { inventory } from "../../../model/inventory.ts";
import { selectServices } from "../../../model/resolve/selection.ts";
import { busyShop, resolveBusyShop } from "../task-fixtures.ts";
import { objectOf, renderedObjects } from "./rendered-stack.ts";

const digest = `sha256:${"0".repeat(64)}`;
const stack = resolveBusyShop({
  services: { mailer: { replicas: 2, image: { kind: "pinned", repository: "r.test/mailer", digest } } },
});
const objects = renderedObjects(stack);
const kindsOf = (name: string) => [...objects.keys()].filter((key) => key.endsWith(`/shop-${name}`)).sort();

describe("a worker", () => {
  const deployment = objectOf(objects, "Deployment", "shop-mailer");
  const container = deployment.spec?.template.spec?.containers[0];

  it("is a Deployment with configuration and secrets of its own, and no Service", () => {
    expect(kindsOf("mailer")).toEqual(
      ["ConfigMap", "Deployment", "NetworkPolicy", "Secret", "ServiceAccount"].map((kind) => `${kind}/shop-mailer`),
    );
    expect(deployment.spec?.replicas).toBe(2);
    expect(container).not.toHaveProperty("ports");
  });

  it("has its own variables, those of its links and its secrets, and is told no port", () => {
    expect(Object.keys(objectOf(objects, "ConfigMap", "shop-mailer").data ?? {}).sort()).toEqual([
      "CART_URL",
      "DATABASE_POOL_MAX",
      "DATABASE_POOL_MIN",
      "QUEUE",
      "SERVICE_NAME",
      "SERVICE_VERSION",
    ]);
    expect(Object.keys(objectOf(objects, "Secret", "shop-mailer").stringData ?? {})).toEqual(
      expect.arrayContaining(["DATABASE_URL", "MAIL_TOKEN"]),
    );
  });

  it("is probed by the command that it declares", () => {
    for (const probe of [container?.startupProbe, container?.readinessProbe, container?.livenessProbe]) {
      expect(probe?.exec?.command).toEqual(["celery", "inspect", "ping"]);
    }
  });

  it("is probed at the reference workload's port where that stands in", () => {
    const standIn = objectOf(renderedObjects(resolveBusyShop()), "Deployment", "shop-mailer");
    expect(standIn.spec?.template.spec?.containers[0]?.livenessProbe?.httpGet).toEqual({
      path: "/health/live",
      port: 8000,
    });
  });

  it("may call what it links to, who lets it in, and nobody may call it", () => {
    const policy = (name: string) => objectOf(objects, "NetworkPolicy", name).spec;
    expect(policy("shop-mailer")?.ingress).toEqual([]);
    for (const end of ["shop-db", "shop-cart"]) expect(JSON.stringify(policy(end)?.ingress)).toContain("shop-mailer");
  });

  it("meets the restricted profile as services do", () => {
    expect(deployment.spec?.template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true },
      containers: [{ securityContext: { readOnlyRootFilesystem: true } }],
    });
  });
});

describe("a job", () => {
  it("runs its command to the end, within its time", () => {
    expect(kindsOf("imports")).toContain("Job/shop-imports");
    expect(objectOf(objects, "Job", "shop-imports").spec).toMatchObject({
      backoffLimit: 1,
      activeDeadlineSeconds: 600,
      template: { spec: { restartPolicy: "Never", containers: [{ command: ["python", "import.py"] }] } },
    });
  });

  it("has a stand-in that ends", () => {
    const contract = objectOf(objects, "ConfigMap", "shop-imports").data?.["REFERENCE_CONTRACT"];
    expect(contractSchema.parse(JSON.parse(contract ?? "null"))).toMatchObject({
      service: "shop-imports",
      once: true,
      links: [{ name: "db", kind: "postgresql" }],
    });
  });
});

describe("a cron job", () => {
  it("runs at its times, one at a time, with its files", () => {
    expect(objectOf(objects, "CronJob", "shop-report").spec).toMatchObject({
      schedule: "17 2 * * *",
      timeZone: "Etc/UTC",
      concurrencyPolicy: "Forbid",
      jobTemplate: { spec: { backoffLimit: 3, activeDeadlineSeconds: 900 } },
    });
    expect([...objects.keys()]).toContain("ConfigMap/shop-report-files");
  });
});

describe("tasks", () => {
  it("are in the graph with their links, and can be selected with what they need", () => {
    const graph = linkGraph(stack);
    expect(graph.nodes.map(({ name, detail }) => `${name} ${detail}`)).toEqual(
      expect.arrayContaining(["mailer worker", "imports job", "report cron job, 17 2 * * *"]),
    );
    expect(graph.edges).toContainEqual({ from: "shop/mailer", to: "shop/db", required: true });
    const selection = selectServices(stack, ["imports"]);
    const [selected] = selection.ok ? selection.value.platforms : [];
    expect([...(selected?.tasks ?? []), ...(selected?.services ?? []), ...(selected?.datastores ?? [])]).toMatchObject([
      { name: "imports" },
      { name: "db" },
    ]);
  });

  it("are in the inventory with when they run", () => {
    const entries = inventory([busyShop]);
    expect(inventoryMarkdown(entries.ok ? entries.value : []).split("\n")).toContain(
      "| `report` | 17 2 * * * |  |  |  | 100m to 500m | 128Mi to 512Mi | python |  |",
    );
  });
});
