import { containerRule } from "../pod.ts";
import { ALWAYS, type Finding, type ObjectRule } from "../rule.ts";

const readOnlyRoot = containerRule(
  {
    name: "read-only-root",
    risk: "Whoever gets into a container can change its programs and leave tools behind.",
    source: "NSA/CISA Kubernetes Hardening Guidance: Immutable container file systems",
    fix: "set securityContext.readOnlyRootFilesystem: true and mount an emptyDir where the process writes",
    levels: ALWAYS,
  },
  ({ container, path }) => {
    const value = container.securityContext?.readOnlyRootFilesystem;
    if (value === true) return [];
    return [
      {
        path: [...path, "securityContext", "readOnlyRootFilesystem"],
        problem: "can write to its own image's files",
        ...(value === undefined ? {} : { value }),
      },
    ];
  },
);

const probes = containerRule(
  {
    name: "probes",
    risk: "A process that hangs stays in service, and one that is not ready gets requests.",
    source: "seed 000: liveness and readiness probes; Kubernetes: Configure Liveness, Readiness and Startup Probes",
    fix: "give the container a startup, a readiness and a liveness probe",
    levels: ALWAYS,
  },
  ({ container, path, longRunning }) =>
    longRunning
      ? (["startupProbe", "readinessProbe", "livenessProbe"] as const).flatMap((probe): Finding[] =>
          container[probe] ? [] : [{ path: [...path, probe], problem: `has no ${probe}` }],
        )
      : [],
);

// Seed 003's health policy: every 30 s, 10 s for an answer, 3 failures in a row.
const LONGEST_TIMEOUT_SECONDS = 10;
const LONGEST_DECISION_SECONDS = 30 * 3;

const healthPolicy = containerRule(
  {
    name: "health-policy",
    risk: "Nobody has decided when the container counts as ill, or so late that its users decide first.",
    source: "seed 003: health checks every 30 seconds, 10 seconds per service, 3 consecutive failures",
    fix: "give each probe periodSeconds, timeoutSeconds (10 at most) and failureThreshold, 90 s together at most",
    levels: ALWAYS,
  },
  ({ container, path }) =>
    (["readinessProbe", "livenessProbe"] as const).flatMap((field): Finding[] => {
      const probe = container[field];
      if (!probe) return [];
      const { periodSeconds, timeoutSeconds, failureThreshold } = probe;
      const missing = Object.entries({ periodSeconds, timeoutSeconds, failureThreshold })
        .filter(([, value]) => value === undefined)
        .map(([name]) => ({ path: [...path, field, name], problem: "is left to Kubernetes" }));
      const decision = (periodSeconds ?? 0) * (failureThreshold ?? 0);
      return [
        ...missing,
        ...((timeoutSeconds ?? 0) > LONGEST_TIMEOUT_SECONDS
          ? [
              {
                path: [...path, field, "timeoutSeconds"],
                problem: "waits too long for an answer",
                value: timeoutSeconds,
              },
            ]
          : []),
        ...(decision > LONGEST_DECISION_SECONDS
          ? [{ path: [...path, field], problem: `decides after ${decision} s only` }]
          : []),
      ];
    }),
);

const resources = containerRule(
  {
    name: "requests-and-limits",
    risk: "One container starves all others of its node, or is scheduled where there is no room for it.",
    source: "seed 000: CPU and memory request and limit; NSA/CISA Kubernetes Hardening Guidance: Resource policies",
    fix: "give the container requests and limits for cpu and memory",
    levels: ALWAYS,
  },
  ({ container, path }) =>
    (["requests", "limits"] as const).flatMap((kind) =>
      (["cpu", "memory"] as const).flatMap((resource): Finding[] =>
        container.resources?.[kind]?.[resource] === undefined
          ? [{ path: [...path, "resources", kind, resource], problem: `has no ${resource} ${kind.slice(0, -1)}` }]
          : [],
      ),
    ),
);

/** What every container has to say of itself beyond Pod Security. */
export const containerRules: readonly ObjectRule[] = [readOnlyRoot, probes, healthPolicy, resources];
