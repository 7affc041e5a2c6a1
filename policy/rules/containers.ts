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
export const containerRules: readonly ObjectRule[] = [readOnlyRoot, probes, resources];
