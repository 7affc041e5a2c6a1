import { parse } from "yaml";
import { definePostgresql } from "../../model/declaration/datastore.ts";
import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import type { Issue, Result } from "../../model/issue.ts";
import { objectPath, renderStack } from "../../model/render/stack.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { resolveStack } from "../../model/resolve/stack.ts";
import { expectResolved, issuesOf, settingsOf, shop } from "./stack-fixtures.ts";

const db = definePostgresql({
  name: "db",
  seeds: [],
  version: "17",
  database: "shop",
  extensions: [],
  maxConnections: 100,
  storage: "1Gi",
});
const plain = { seeds: [], language: "node" } as const;
const stock = defineService({ ...plain, name: "stock", port: 8001, links: [link(db)] });
const cart = defineService({ ...plain, name: "cart", port: 8002, host: "", links: [link(stock), link(db)] });

/** A cart at the shop's own domain, which needs a stock that nobody reaches from outside; both on one database. */
export const routedShop = shop({ services: [stock, cart], datastores: [db] });

const IMPLEMENTATIONS = {
  gatewayApi: "{ kind: gatewayApi, className: traefik }",
  gatewayApiWithMirrors:
    "{ kind: gatewayApi, className: other, features: [HTTPRouteRequestMirror, HTTPRouteRequestPercentageMirror] }",
  istio: "{ kind: istio }",
} as const;

/** Which implementation a stack of these tests has. */
export type Implementation = keyof typeof IMPLEMENTATIONS;

/** Resolves the shop behind a gateway, with the settings of the platform in YAML; its route is there already. */
export function resolveRouted(
  implementation: Implementation,
  settings: string,
  gateway = "controllerNamespace: edge",
): Result<ResolvedStack> {
  const gatewaySettings = parse(`{ implementation: ${IMPLEMENTATIONS[implementation]}, ${gateway} }`) as unknown;
  const platforms = `shop: ${settings === "" ? "{ route: { domain: shop.test } }" : settings}`;
  const values = { ...settingsOf(platforms), gateway: gatewaySettings };
  const raw = { values, secrets: ["shop.DB_OWNER_PASSWORD", "shop.DB_APP_PASSWORD"] };
  return resolveStack({ stack: "test", catalogue: [routedShop], raw, migrations: {} });
}

/** Every object of the routed shop by its path: `shop/HTTPRoute-shop-cart`. */
export function routedObjects(
  implementation: Implementation,
  settings = "",
  gateway?: string,
): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const stack = expectResolved(resolveRouted(implementation, settings, gateway));
  return new Map(renderStack(stack).map(({ object }) => [objectPath(object), object as Record<string, unknown>]));
}

/** What is wrong with the routed shop: each path with its problem. */
export function routedIssues(implementation: Implementation, settings: string, gateway?: string): readonly string[] {
  return issuesOf(resolveRouted(implementation, settings, gateway)).map(
    ({ path, problem }: Issue) => `${path}: ${problem}`,
  );
}
