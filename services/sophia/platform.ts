import { definePlatform } from "../../model/declaration/platform.ts";
import { agnoTeams } from "./agno-teams.ts";
import { analyticsMcp } from "./analytics-mcp.ts";
import { commsMcp } from "./comms-mcp.ts";
import { crmMcp } from "./crm-mcp.ts";
import { neon } from "./datastores.ts";
import { enrichmentMcp } from "./enrichment-mcp.ts";
import { mcpAgents } from "./mcp-agents.ts";
import { mcpApollo } from "./mcp-apollo.ts";
import { mcpBusiness } from "./mcp-business.ts";
import { mcpContext } from "./mcp-context.ts";
import { mcpGong } from "./mcp-gong.ts";
import { mcpResearch } from "./mcp-research.ts";
import { mcpSalesforce } from "./mcp-salesforce.ts";
import { mcpSlack } from "./mcp-slack.ts";
import { sophiaBusiness } from "./sophia-business.ts";
import { sophiaDashboard } from "./sophia-dashboard.ts";
import { sophiaGithub } from "./sophia-github.ts";
import { sophiaHubspot } from "./sophia-hubspot.ts";
import { sophiaLambda } from "./sophia-lambda.ts";
import { supportMcp } from "./support-mcp.ts";
import { syntheticChecks } from "./synthetic-checks.ts";

/**
 * Seeds 000 and 003: Sophia AI. The 19 services that the seeds name, of "23+".
 *
 * Seed 000's resources and probe timing are the house's standard (model/declaration/specification.ts). A service whose
 * port no seed names listens on uvicorn's, 8000. The tenant is each stack's to name: `defaults.environment.TENANT`.
 */
export const sophia = definePlatform({
  name: "sophia",
  title: "Sophia AI",
  seeds: ["000", "003"],
  objectPrefix: "",
  version: "1.1.0",
  sharedConfigMap: "sophia-config",
  sharedSecret: "sophia-secrets",
  defaults: {
    health: { report: "/healthz", ready: "/healthz", live: "/healthz" },
    environment: { TENANT: "default" },
  },
  services: [
    mcpGong,
    mcpSalesforce,
    mcpSlack,
    mcpApollo,
    mcpResearch,
    mcpContext,
    mcpAgents,
    mcpBusiness,
    enrichmentMcp,
    supportMcp,
    commsMcp,
    crmMcp,
    analyticsMcp,
    agnoTeams,
    sophiaDashboard,
    sophiaBusiness,
    sophiaHubspot,
    sophiaGithub,
    sophiaLambda,
  ],
  datastores: [neon],
  syntheticChecks,
  migrates: neon,
});
