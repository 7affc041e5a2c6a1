import { describe, expect, it } from "vitest";
import type { Dossier } from "../../../delivery/watch/dossier.ts";
import { formatDossier } from "../../../delivery/watch/format-dossier.ts";

const dossier: Dossier = {
  schemaVersion: 1,
  kind: "crashLoop",
  certainty: "fatal",
  service: "crm",
  namespace: "bizosaas-dev",
  workload: "Deployment/bizosaas-crm",
  object: "Pod/bizosaas-crm-6c9f-x2x7k",
  summary: "crm: container crm crashes with exit code 1, after 2 restarts",
  detail: "cannot reach postgres",
  since: "2026-11-21T10:00:06.000Z",
  container: "crm",
  image: "localhost:5000/crm@sha256:1f2e",
  exitCode: 1,
  restarts: 2,
  logs: { pod: "bizosaas-crm-6c9f-x2x7k", container: "crm", previous: true, lines: ["starting", "connect: refused"] },
  events: [
    {
      at: "2026-11-21T10:00:09.000Z",
      object: "Pod/bizosaas-crm-6c9f-x2x7k",
      reason: "BackOff",
      message: "Back-off restarting failed container",
      count: 3,
    },
  ],
  dependents: ["frontend", "ai-orchestrator"],
  commands: ["kubectl --context fleet -n bizosaas-dev describe pod bizosaas-crm-6c9f-x2x7k", "fleet health"],
  gaps: [],
};

describe("a dossier in the terminal", () => {
  it("says the cause first, then the evidence, then what to type", () => {
    expect(formatDossier(dossier)).toBe(`\
✗ crm: container crm crashes with exit code 1, after 2 restarts
  Deployment/bizosaas-crm in bizosaas-dev, Pod/bizosaas-crm-6c9f-x2x7k, container crm
  image localhost:5000/crm@sha256:1f2e
The cluster says
  cannot reach postgres
Last lines of crm before its restart
  starting
  connect: refused
Events
  10:00:09 Pod/bizosaas-crm-6c9f-x2x7k BackOff (3 times): Back-off restarting failed container
Affected
  frontend, ai-orchestrator
To see more
  kubectl --context fleet -n bizosaas-dev describe pod bizosaas-crm-6c9f-x2x7k
  fleet health
`);
  });

  it("is never longer than 40 lines, and keeps the newest log lines and every command", () => {
    const lines = Array.from({ length: 200 }, (_, index) => `line ${index}`);
    const events = Array.from({ length: 30 }, () => dossier.events).flat();
    const text = formatDossier({
      ...dossier,
      events,
      detail: lines.join("\n"),
      logs: { pod: "p", container: "crm", previous: false, lines },
      gaps: lines,
    });
    expect(text.trimEnd().split("\n")).toHaveLength(40);
    expect(text).toContain("line 199");
    expect(text).toContain("fleet health");
  });

  it("cuts long lines, but no command", () => {
    const command = `kubectl ${"x".repeat(300)}`;
    const lines = ["y".repeat(300)];
    const text = formatDossier({
      ...dossier,
      commands: [command],
      logs: { pod: "p", container: "c", previous: false, lines },
    });
    expect(text).toContain(command);
    expect(text).not.toContain("y".repeat(160));
  });

  it("says when the container printed nothing", () => {
    const logs = { pod: "p", container: "crm", previous: false, lines: [] };
    expect(formatDossier({ ...dossier, logs })).toContain("Last lines of crm\n  (it printed nothing)");
  });

  it("has colours only when told", () => {
    expect(formatDossier(dossier, { color: true })).toContain("\u001b[31m✗");
  });
});
