import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defineRedis } from "../../model/declaration/datastore.ts";
import { link } from "../../model/declaration/link.ts";
import { fromConfig } from "../../model/declaration/secret.ts";
import { defineService } from "../../model/declaration/service.ts";
import { TCP } from "../../model/declaration/specification.ts";
import { inventoryMarkdown } from "../../model/inventory-markdown.ts";
import { inventory, type PlatformEntry } from "../../model/inventory.ts";
import type { PlatformDeclaration } from "../../model/declaration/platform.ts";
import { catalogue } from "../../services/catalogue.ts";
import { shop } from "../model/stack-fixtures.ts";

const cache = defineRedis({
  name: "cache",
  seeds: ["002"],
  version: "7",
  uses: ["cache"],
  maxMemory: "64Mi",
  evictionPolicy: "allkeys-lru",
  storage: "1Gi",
});
const stock = defineService({ name: "stock", seeds: ["001"], language: "node", port: 8002, health: { live: TCP } });
const till = defineService({
  name: "till",
  seeds: ["000", "003"],
  language: "python",
  port: 8001,
  endpoints: ["POST /sales"],
  environment: { CURRENCY: "EUR" },
  secrets: { BANK_TOKEN: fromConfig },
  resources: { memory: { limit: "1Gi" } },
  links: [link(cache), link(stock)],
});
const platform = shop({ seeds: ["000", "001", "003"], services: [till, stock], datastores: [cache] });

describe("the inventory", () => {
  it("says what SERVICE_INVENTORY.md says: otherwise run `npx fleet inventory`", () => {
    const file = readFileSync(join(import.meta.dirname, "../../SERVICE_INVENTORY.md"), "utf8");
    expect(inventoryMarkdown(entriesOf(catalogue))).toBe(file);
  });

  it("has every service of the catalogue once", () => {
    const listed = entriesOf(catalogue).flatMap(({ name, services }) => services.map((one) => `${name}/${one.name}`));
    expect(listed).toEqual(catalogue.flatMap(({ name, services }) => services.map((one) => `${name}/${one.name}`)));
  });

  it("has a service's variables, secrets, endpoints, dependencies and resources, defaults filled in", () => {
    expect(entriesOf([platform])[0]?.services[0]).toEqual({
      name: "till",
      title: "till",
      seeds: ["000", "003"],
      language: "python",
      port: 8001,
      outside: [],
      health: { report: "/health", ready: "/health/ready", live: "/health/live" },
      endpoints: ["POST /sales"],
      variables: ["CURRENCY", "REDIS_URL", "STOCK_URL"],
      secrets: ["BANK_TOKEN"],
      dependencies: [
        { name: "cache", required: true },
        { name: "stock", required: false },
      ],
      resources: { cpu: { request: "100m", limit: "500m" }, memory: { request: "128Mi", limit: "1Gi" } },
    });
  });

  it("has who uses a datastore", () => {
    expect(entriesOf([platform])[0]?.datastores).toEqual([
      { name: "cache", engine: "redis", seeds: ["002"], port: 6379, dependants: ["till"] },
    ]);
  });

  it("writes each service as a row of its platform's tables", () => {
    const lines = inventoryMarkdown(entriesOf([platform])).split("\n");
    expect(lines).toContain(
      "| `till` | 8001 |  | `/health`, `/health/ready` (readiness), `/health/live` (liveness) | cache, _stock_ | 100m to 500m | 128Mi to 1Gi | python | 000, 003 |",
    );
    expect(lines).toContain("| `till` | `CURRENCY`, `REDIS_URL`, `STOCK_URL` | `BANK_TOKEN` | `POST /sales` |");
    expect(lines).toContain("| `cache` | redis | 6379 | `till` | 002 |");
  });

  it("says of a service that lives by its port that it does", () => {
    expect(inventoryMarkdown(entriesOf([platform]))).toContain(
      "| `stock` | 8002 |  | `/health`, `/health/ready` (readiness), its port (liveness) |",
    );
  });

  it("is issues for a catalogue that does not resolve", () => {
    const broken = shop({ services: [till] });
    expect(inventory([broken])).toMatchObject({ ok: false });
  });
});

function entriesOf(platforms: readonly PlatformDeclaration[]): readonly PlatformEntry[] {
  const entries = inventory(platforms);
  if (!entries.ok) throw new Error(JSON.stringify(entries.issues));
  return entries.value;
}
