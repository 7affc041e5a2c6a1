import type { Labels } from "./resolved.ts";

/** What a selector matches: enough to tell one workload's pods from all others, and never anything that changes. */
export function selectorLabels(platform: string, name: string): Labels {
  return { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": platform };
}

/** The recommended labels of an object (Kubernetes: Recommended Labels). */
export function objectLabels(platform: string, name: string, component: string, stack: string): Labels {
  return {
    ...selectorLabels(platform, name),
    "app.kubernetes.io/component": component,
    "app.kubernetes.io/instance": stack,
    "app.kubernetes.io/managed-by": "fleet",
  };
}
