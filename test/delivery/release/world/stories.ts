import { CONTRACT, EXPAND, EXPAND_MORE, type Setting } from "./story.ts";

/** How a story ends, whatever happened to its processes. */
export interface Ending {
  readonly status: "done" | "rolledBack" | "frozen" | "failed" | "paused";
  /** The release whose pods serve. */
  readonly serves: string;
  readonly weight: number;
  readonly applied: readonly string[];
  /** Whether canary pods are left. */
  readonly canary: boolean;
  /** Part of the reason, for all but a good release. */
  readonly reason: string;
}

const done: Ending = { status: "done", serves: "r2", weight: 0, applied: [EXPAND.file], canary: false, reason: "" };
const untouched: Ending = { status: "rolledBack", serves: "r1", weight: 0, applied: [], canary: false, reason: "" };
const kept = { ...untouched, applied: [EXPAND.file] };
const paused = { ...untouched, status: "paused", canary: true } as const;

/** Every story of a release: what is wrong, and how it must end. The names follow Flagger's and Argo Rollouts'. */
export const STORIES: readonly (readonly [story: string, setting: Setting, ending: Ending])[] = [
  ["a good release", {}, done],
  [
    "a good release without migrations or synthetics",
    { changes: { migrations: [], syntheticChecks: [] } },
    { ...done, applied: [] },
  ],
  [
    "a good release that contracts the schema",
    { changes: { migrations: [EXPAND, CONTRACT] } },
    { ...done, applied: [EXPAND.file, CONTRACT.file] },
  ],
  ["a good release while nobody can be notified", { troubles: ["notifierDown"] }, done],
  ["a failing build", { fault: "build" }, { ...untouched, status: "failed", reason: "npm ci failed" }],
  ["image pull back-off", { fault: "wrongImage" }, { ...untouched, reason: "image not found" }],
  ["a canary that is never ready", { fault: "unready" }, { ...untouched, reason: "never ready" }],
  ["a crash loop", { fault: "crash" }, { ...untouched, reason: "crash loop" }],
  ["a canary with errors", { fault: "errors" }, { ...untouched, reason: "20.0 % of the canary's answers are errors" }],
  ["a slow canary", { fault: "slow" }, { ...untouched, reason: "of the canary's answers took over" }],
  ["a canary whose dependency fails", { fault: "dependency" }, { ...untouched, reason: "redis: connection refused" }],
  ["a bad migration", { fault: "migration" }, { ...untouched, reason: "column does not exist" }],
  [
    "a bad migration after one that only adds",
    { fault: "migration", changes: { migrations: [EXPAND, EXPAND_MORE] } },
    { ...kept, reason: "column does not exist" },
  ],
  [
    "the same, reverted by choice",
    { fault: "migration", changes: { migrations: [EXPAND, EXPAND_MORE], expandAfterFailure: "revert" } },
    { ...untouched, reason: "column does not exist" },
  ],
  [
    "a bad migration after one that contracts",
    { fault: "migration", changes: { migrations: [CONTRACT, EXPAND_MORE] } },
    { ...untouched, status: "frozen", canary: true, applied: [CONTRACT.file], reason: "column does not exist" },
  ],
  [
    "a bad migration, then no word from the database",
    { fault: "migration", troubles: ["databaseSilent"], changes: { migrations: [CONTRACT] } },
    { ...untouched, status: "frozen", canary: true, reason: "column does not exist" },
  ],
  [
    "a migration that hangs",
    { troubles: ["hangingMigration"] },
    { ...untouched, reason: "the stage migration took longer than 120 s" },
  ],
  ["a bad synthetic check", { fault: "synthetics" }, { ...kept, reason: "slack post: HTTP 500" }],
  [
    "a bad synthetic check, the migration reverted by choice",
    { fault: "synthetics", changes: { expandAfterFailure: "revert" } },
    { ...untouched, reason: "slack post: HTTP 500" },
  ],
  [
    "a bad synthetic check after a migration that contracts",
    { fault: "synthetics", changes: { migrations: [CONTRACT] } },
    { ...untouched, status: "frozen", canary: true, applied: [CONTRACT.file], reason: "slack post: HTTP 500" },
  ],
  ["a rollout that fails half way", { fault: "rollout" }, { ...kept, reason: "quota exceeded" }],
  ["a bad readiness after 100 %", { fault: "readiness" }, { ...kept, reason: "crm: HTTP 503" }],
  [
    "a rollback that fails",
    { fault: "readiness", troubles: ["restoreFails"] },
    { ...kept, status: "failed", serves: "r2", reason: "the API server refused" },
  ],
  [
    "a gateway that does not give the traffic back",
    { fault: "errors", troubles: ["gatewayStuck"] },
    { ...untouched, status: "failed", weight: 10, canary: true, reason: "the gateway is stuck" },
  ],
  ["metrics that are down", { troubles: ["metricsDown"] }, { ...paused, reason: "Prometheus: connection refused" }],
  ["metrics that are NaN", { troubles: ["metricsNaN"] }, { ...paused, reason: "counts that are no counts" }],
  ["metrics that are late", { troubles: ["metricsLate"] }, { ...paused, reason: "late" }],
  ["metrics without traffic", { troubles: ["noTraffic"] }, { ...paused, reason: "answered 0 requests" }],
];
