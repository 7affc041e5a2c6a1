import type { ResolvedPlatform, ResolvedStack } from "../../../../model/resolve/resolved.ts";
import { resolveStack } from "../../../../model/resolve/stack.ts";
import type { RawSettings } from "../../../../model/settings/parse.ts";
import { withCanary, withoutCanary } from "../../../../delivery/release/engine/sides.ts";
import { catalogue } from "../../../../services/catalogue.ts";
import { bizosaasValues, expectResolved, migrations } from "../../../model/stack-fixtures.ts";

/** The dev stack's BizOSaaS behind a gateway. */
export const raw: RawSettings = routed();

function routed(): RawSettings {
  const values = bizosaasValues("dev");
  const { bizosaas } = values["platforms"] as Readonly<Record<string, object>>;
  return {
    values: {
      ...values,
      gateway: { implementation: { kind: "gatewayApi", className: "traefik" }, controllerNamespace: "gateway" },
      platforms: { bizosaas: { ...bizosaas, route: { domain: "bizosaas.test" } } },
    },
    secrets: ["bizosaas.OPENAI_API_KEY"],
  };
}

/** It with a canary of every service at a weight; without one where the weight is left out. */
export function sideStack(weight?: number): ResolvedStack {
  const services = ["identity", "ai-orchestrator", "crm", "analytics", "frontend"];
  const settings =
    weight === undefined ? withoutCanary(raw, "bizosaas") : withCanary(raw, "bizosaas", { services, weight });
  return expectResolved(resolveStack({ stack: "dev", catalogue, raw: settings, migrations }));
}

/** Its one platform. */
export function sidePlatform(weight?: number): ResolvedPlatform {
  const [platform] = sideStack(weight).platforms;
  if (!platform) throw new Error("There should be a platform.");
  return platform;
}
