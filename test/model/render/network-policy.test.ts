import { describe, expect, it } from "vitest";
import { definePostgresql } from "../../../model/declaration/datastore.ts";
import { link } from "../../../model/declaration/link.ts";
import { defineService } from "../../../model/declaration/service.ts";
import { expectResolved, resolve, shop } from "../stack-fixtures.ts";
import { objectOf, renderedObjects } from "./rendered-stack.ts";

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
const stock = defineService({ ...plain, name: "stock", port: 8001, links: [link(db)], host: "stock", nodePort: 30001 });
const cart = defineService({ ...plain, name: "cart", port: 8002, links: [link(stock)] });
const mailer = defineService({ ...plain, name: "mailer", port: 8003, outbound: ["api.mail.example"] });
const platform = shop({ services: [stock, cart, mailer], datastores: [db] });

const secrets = ["shop.DB_OWNER_PASSWORD", "shop.DB_APP_PASSWORD"];
function policy(name: string, settings = "{}") {
  const stack = expectResolved(resolve([platform], `shop: ${settings}`, secrets));
  return objectOf(renderedObjects(stack), "NetworkPolicy", name).spec;
}

const podsOf = (name: string) => ({
  podSelector: { matchLabels: { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "shop" } },
});
const tcp = (port: number) => [{ protocol: "TCP", port }];
const toDns = {
  to: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
  ],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

describe("network policies", () => {
  it("open a link at both of its ends, at the target's port, and nothing more", () => {
    expect(policy("shop-cart")).toEqual({
      ...podsOf("shop-cart"),
      policyTypes: ["Ingress", "Egress"],
      ingress: [],
      egress: [toDns, { to: [podsOf("shop-stock")], ports: tcp(8001) }],
    });
    expect(policy("shop-stock")).toEqual({
      ...podsOf("shop-stock"),
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [podsOf("shop-cart")], ports: tcp(8001) }],
      egress: [toDns, { to: [podsOf("shop-db")], ports: tcp(5432) }],
    });
  });

  it("let a datastore's dependants and its migration and backups in, and the datastore nowhere out", () => {
    expect(policy("shop-db")).toEqual({
      ...podsOf("shop-db"),
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        { from: [podsOf("shop-stock"), podsOf("shop-db-migration"), podsOf("shop-db-backup")], ports: tcp(5432) },
      ],
      egress: [],
    });
  });

  it("let a migration out to its database, and nobody in", () => {
    expect(policy("shop-db-migration")).toMatchObject({
      ...podsOf("shop-db-migration"),
      ingress: [],
      egress: [toDns, { to: [podsOf("shop-db")], ports: tcp(5432) }],
    });
  });

  it("name the addresses of a datastore outside the cluster", () => {
    const elsewhere =
      "{ datastores: { db: { kind: external, host: h.test, port: 6543, addresses: [192.0.2.0/24, 198.51.100.7/32] } } }";
    expect(policy("shop-stock", elsewhere)?.egress).toEqual([
      toDns,
      {
        to: [{ ipBlock: { cidr: "192.0.2.0/24" } }, { ipBlock: { cidr: "198.51.100.7/32" } }],
        ports: tcp(6543),
      },
    ]);
  });

  it("let out to the internet, by HTTPS and to no private range, only who calls hosts there", () => {
    expect(policy("shop-mailer")?.egress).toEqual([
      toDns,
      {
        to: [
          {
            ipBlock: {
              cidr: "0.0.0.0/0",
              except: ["10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
            },
          },
        ],
        ports: tcp(443),
      },
    ]);
  });

  it("let anyone in at a NodePort's port, and only who has one", () => {
    const ingress = [{ from: [podsOf("shop-cart")], ports: tcp(8001) }, { ports: tcp(8001) }];
    expect(policy("shop-stock", "{ expose: { kind: nodePort } }")?.ingress).toEqual(ingress);
    expect(policy("shop-cart", "{ expose: { kind: nodePort } }")?.ingress).toEqual([]);
  });

  it("let the ingress controller's namespace in behind an ingress", () => {
    const expose =
      "{ expose: { kind: ingress, domain: shop.example, className: nginx, tlsSecret: tls, controllerNamespace: edge } }";
    expect(policy("shop-stock", expose)?.ingress).toEqual([
      { from: [podsOf("shop-cart")], ports: tcp(8001) },
      {
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "edge" } } }],
        ports: tcp(8001),
      },
    ]);
  });

  it("deny everything else in the namespace", () => {
    expect(policy("default-deny")).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });
});
