import { setTimeout as sleep } from "node:timers/promises";
import { Hono, type Context, type MiddlewareHandler } from "hono";
import { routePattern } from "./contract.ts";
import { failsAtRate, type Fault } from "./fault.ts";
import { healthReport, httpStatus, type HealthReport } from "./health.ts";
import type { Links } from "./links.ts";
import { renderPage } from "./page.ts";
import type { Settings } from "./settings.ts";

/** What the routes need to know of the process around them. */
export interface Surroundings {
  readonly settings: Settings;
  readonly links: Links;
  readonly startedAt: Date;
  /** Whether the process has been told to stop and only finishes what it began. */
  readonly draining: () => boolean;
}

function faultMiddleware(fault: Fault): MiddlewareHandler {
  let requests = 0;
  return async (_context, next) => {
    if (fault.kind === "slow") await sleep(fault.milliseconds);
    if (fault.kind === "errors" && failsAtRate(requests++, fault.rate)) {
      return Response.json({ error: "injected fault", fault: fault.kind }, { status: fault.status });
    }
    await next();
    return undefined;
  };
}

function unready(fault: Fault, startedAt: Date, now: Date): boolean {
  return fault.kind === "unready" && now.getTime() - startedAt.getTime() >= fault.afterSeconds * 1000;
}

/** The HTTP interface: the contract's health paths and the four usual ones, its endpoints, its page. */
export function createApp({ settings, links, startedAt, draining }: Surroundings): Hono {
  const { contract, fault, version } = settings;
  const { service } = contract;
  const app = new Hono();

  const report = async (): Promise<HealthReport> => {
    const checked = await links.check();
    const now = new Date();
    const serving = !draining() && !unready(fault, startedAt, now);
    return healthReport({ service, version, startedAt }, checked, now, serving);
  };
  const answerReport = async (context: Context) => {
    const answer = await report();
    return context.json(answer, httpStatus(answer.status));
  };
  const answerLive = (context: Context) => context.json({ status: "alive", service, version });

  app.use(async (context, next) => {
    await next();
    context.header("Cache-Control", "no-store");
    context.header("X-Content-Type-Options", "nosniff");
    // Clients must come back through a pod that stays.
    if (draining()) context.header("Connection", "close");
  });

  // The first route wins, so a path that the contract gives to several checks answers the strictest one.
  for (const path of [contract.health.report, contract.health.ready]) app.get(path, answerReport);
  app.get(contract.health.live, answerLive);
  for (const path of ["/health", "/healthz", "/health/ready"]) app.get(path, answerReport);
  app.get("/health/live", answerLive);

  const withFault = faultMiddleware(fault);
  const { page } = contract;
  if (page !== undefined) {
    app.get("/", withFault, async (context) => {
      context.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
      return context.html(renderPage(page.title, await report(), await links.check()));
    });
  }
  for (const endpoint of contract.endpoints) {
    app.on(endpoint.method, routePattern(endpoint.path), withFault, (context) =>
      context.json({ service, version, endpoint: endpoint.path, params: context.req.param() }),
    );
  }

  app.notFound((context) => context.json({ error: "not found", service, path: context.req.path }, 404));
  return app;
}
