import Table from "cli-table3";
import pc from "picocolors";
import type { DependencyHealth } from "./answer.ts";
import type { HealthReport, ServiceHealth } from "./report.ts";

type Colors = ReturnType<typeof pc.createColors>;

/** The report for a terminal. `color` is the caller's decision: true on a TTY, or when told. */
export function formatHealthTable(report: HealthReport, { color }: { readonly color: boolean }): string {
  const colors = pc.createColors(color);
  const table = new Table({
    head: ["Service", "URL", "Status", "Latency", "Version", "Uptime", "Dependencies", "Reason"].map(colors.bold),
    style: { head: [], border: [], compact: true },
  });
  for (const service of report.services) table.push(row(service, colors));
  return `${table.toString()}\n${summary(report, colors)}\n`;
}

function row(service: ServiceHealth, colors: Colors): string[] {
  return [
    `${service.platform}/${service.service}`,
    displayed(service.url),
    paint(service.status, colors)(service.status),
    service.latencyMs === undefined ? "-" : `${service.latencyMs} ms`,
    service.version ?? "-",
    service.uptimeSeconds === undefined ? "-" : duration(service.uptimeSeconds),
    service.dependencies.map(({ name, state }) => `${mark(state, colors)} ${name}`).join("\n") || "-",
    [...(service.reason === "" ? [] : [service.reason]), ...service.notes.map((note) => colors.dim(note))].join("\n"),
  ];
}

/** `crm.bizosaas-dev:8004/health`, for the API server's long path to the same. */
function displayed(url: string): string {
  const path = /^\/api\/v1\/namespaces\/([^/]+)\/services\/([^/:]+)(:[^/]+)?\/proxy(.*)$/.exec(url);
  if (!path) return url;
  const [, namespace = "", service = "", port = "", rest = ""] = path;
  return `${service}.${namespace}${port}${rest}`;
}

function mark(state: DependencyHealth["state"], colors: Colors): string {
  return { connected: colors.green("✓"), failed: colors.red("✗"), absent: colors.dim("–") }[state];
}

function summary(report: HealthReport, colors: Colors): string {
  const counts = (["healthy", "degraded", "unhealthy", "pending"] as const)
    .filter((state) => report.counts[state] > 0)
    .map((state) => paint(state, colors)(`${report.counts[state]} ${state}`));
  return counts.length === 0 ? "Nothing to check." : counts.join(", ");
}

function paint(status: ServiceHealth["status"], colors: Colors): (text: string) => string {
  return {
    healthy: colors.green,
    degraded: colors.yellow,
    unhealthy: colors.red,
    pending: colors.dim,
  }[status];
}

/** Seconds as their two largest units: 42s, 3m 7s, 5h 12m, 9d 3h. */
function duration(seconds: number): string {
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["m", 60],
    ["s", 1],
  ] as const;
  const whole = Math.floor(seconds);
  const first = units.findIndex(([, size]) => whole >= size);
  if (first === -1) return "0s";
  let rest = whole;
  const parts = units.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest %= size;
    return count === 0 ? "" : `${count}${unit}`;
  });
  return parts.filter((part) => part !== "").join(" ");
}
