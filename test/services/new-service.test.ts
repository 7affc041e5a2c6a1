import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resolveStack } from "../../model/resolve/stack.ts";
import { bizosaas } from "../../services/bizosaas/platform.ts";
import { objectOf, renderedObjects } from "../model/render/rendered-stack.ts";
import { bizosaasValues, expectResolved, issuesOf, migrations } from "../model/stack-fixtures.ts";
import { billing } from "./new-service/billing.ts";

// The one line in the platform's index: `billing` among its services.
const extended = { ...bizosaas, services: [...bizosaas.services, billing] };

describe("a new service", () => {
  it("is one file of less than 40 lines", () => {
    const file = readFileSync(join(import.meta.dirname, "new-service/billing.ts"), "utf8");
    expect(file.split("\n").length).toBeLessThan(40);
  });

  it("asks for the one secret that it lacks, and for nothing else", () => {
    expect(issuesOf(resolved([])).map(({ path, fix }) => ({ path, fix }))).toEqual([
      {
        path: "fleet:secrets.bizosaas.STRIPE_API_KEY",
        fix: "pulumi config set --secret --path 'fleet:secrets.bizosaas.STRIPE_API_KEY'",
      },
    ]);
  });

  const stack = () => expectResolved(resolved(["bizosaas.STRIPE_API_KEY"]));

  it("has all its objects, from the one declaration", () => {
    const names = [...renderedObjects(stack()).keys()].filter((name) => name.endsWith("/bizosaas-billing"));
    expect(names.sort()).toEqual([
      "ConfigMap/bizosaas-billing",
      "Deployment/bizosaas-billing",
      "NetworkPolicy/bizosaas-billing",
      "Secret/bizosaas-billing",
      "Service/bizosaas-billing",
      "ServiceAccount/bizosaas-billing",
    ]);
  });

  it("is wired by its links: variables, secrets, and both ends of the network", () => {
    const objects = renderedObjects(stack());
    expect(objectOf(objects, "ConfigMap", "bizosaas-billing").data).toMatchObject({
      IDENTITY_URL: "http://bizosaas-identity.bizosaas-dev.svc.cluster.local:8001",
      DATABASE_POOL_MAX: "5",
    });
    expect(Object.keys(objectOf(objects, "Secret", "bizosaas-billing").stringData ?? {}).sort()).toEqual([
      "DATABASE_URL",
      "STRIPE_API_KEY",
    ]);
    for (const end of ["bizosaas-identity", "bizosaas-postgres"]) {
      expect(callersOf(objectOf(objects, "NetworkPolicy", end).spec?.ingress)).toContain("bizosaas-billing");
    }
    expect(objectOf(objects, "Service", "bizosaas-billing").spec?.ports?.[0]).toMatchObject({
      port: 8006,
      nodePort: 30106,
    });
  });
});

function resolved(secrets: readonly string[]) {
  return resolveStack({
    stack: "dev",
    catalogue: [extended],
    raw: { values: bizosaasValues("dev"), secrets },
    migrations,
  });
}

interface IngressRule {
  readonly from?: readonly { readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> } }[];
}

function callersOf(rules: readonly IngressRule[] | undefined): readonly (string | undefined)[] {
  return (rules ?? []).flatMap((rule) =>
    (rule.from ?? []).map(({ podSelector }) => podSelector?.matchLabels?.["app.kubernetes.io/name"]),
  );
}
