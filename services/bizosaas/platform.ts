import { definePlatform } from "../../model/declaration/platform.ts";
import { aiOrchestrator } from "./ai-orchestrator.ts";
import { analytics } from "./analytics.ts";
import { crm } from "./crm.ts";
import { postgres, redis } from "./datastores.ts";
import { frontend } from "./frontend.ts";
import { identity } from "./identity.ts";
import { syntheticChecks } from "./synthetic-checks.ts";

/** Seed 004: BizOSaaS. Object names carry the prefix, as in `bizosaas-identity.bizosaas-dev.svc.cluster.local`. */
export const bizosaas = definePlatform({
  name: "bizosaas",
  title: "BizOSaaS",
  seeds: ["004"],
  objectPrefix: "bizosaas",
  version: "1.0.0",
  // Task 1.3.1: multi-tenant, each tenant with a name, a domain and settings. A stack names those that it knows beforehand.
  tenantDirectory: "/etc/bizosaas/tenants",
  defaults: {
    probes: {
      // A lost database must show within ten seconds: two misses, three seconds apart.
      readiness: { initialDelaySeconds: 0, periodSeconds: 3, timeoutSeconds: 2, failureThreshold: 2 },
      liveness: { initialDelaySeconds: 0 },
    },
  },
  services: [identity, aiOrchestrator, crm, analytics, frontend],
  datastores: [postgres, redis],
  syntheticChecks,
  migrates: postgres,
});
