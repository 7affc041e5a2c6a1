/** A finding of a scanner that stays, and why. The scan fails on every other, and on one that does not occur any more. */
export interface ExplainedFinding {
  readonly scanner: "checkov" | "kube-score";
  /** The scanner's own name of the check. */
  readonly check: string;
  /** Which objects, as reports name them: `Deployment bizosaas/bizosaas-crm`. */
  readonly objects: RegExp;
  /** The stacks it occurs in. */
  readonly stacks: readonly string[];
  readonly reason: string;
}

const EVERY_STACK = ["dev", "staging", "prod"];

/** The workloads whose processes come from Debian's packages: datastores, and the jobs that back them up. */
const DEBIAN = /^(StatefulSet|CronJob) /;

/** Every finding that stays. */
export const explainedFindings: readonly ExplainedFinding[] = [
  {
    scanner: "checkov",
    check: "CKV_K8S_35",
    objects: /^(Deployment|StatefulSet|Job|CronJob) /,
    stacks: EVERY_STACK,
    reason:
      "The services read their secrets from the environment: that is their contract (seeds 000 and 004). The variables " +
      "come from Secrets by reference, and a changed one rolls the pods.",
  },
  {
    scanner: "checkov",
    check: "CKV_K8S_40",
    objects: DEBIAN,
    stacks: EVERY_STACK,
    reason:
      "They run as the user that Debian's package makes and that owns the data on their volumes. The node's own users " +
      "are out of reach: no host path, no host namespace, no privilege escalation.",
  },
  {
    scanner: "kube-score",
    check: "container-security-context-user-group-id",
    objects: DEBIAN,
    stacks: EVERY_STACK,
    reason: "As CKV_K8S_40: the user of Debian's package, who owns the data.",
  },
  {
    scanner: "kube-score",
    check: "networkpolicy-targets-pod",
    objects: /^NetworkPolicy [a-z-]+-canary\/default-deny$/,
    stacks: ["staging", "prod"],
    reason:
      "Pods come with a release: the namespace of canaries denies everything before there is one, and stays, for a " +
      "namespace that is being deleted takes nothing in.",
  },
  {
    scanner: "kube-score",
    check: "container-image-pull-policy",
    objects: /^(Deployment|StatefulSet|Job|CronJob) /,
    stacks: EVERY_STACK,
    reason:
      "Images are named by digest (rule image-by-digest): pulled again they would be the same, and a registry that is " +
      "down would keep pods from starting on nodes that have the image.",
  },
  {
    scanner: "kube-score",
    check: "container-ephemeral-storage-request-and-limit",
    objects: /^(Deployment|StatefulSet|Job|CronJob) /,
    stacks: EVERY_STACK,
    reason:
      "The root file system is read-only (rule read-only-root); what can be written is an emptyDir with a size limit of " +
      "its own, and logs, which the kubelet rotates.",
  },
  {
    scanner: "kube-score",
    check: "pod-probes-identical",
    objects: /^(Deployment|StatefulSet) /,
    stacks: EVERY_STACK,
    reason:
      "They have one way to be asked. The rhythms differ: readiness decides first, and liveness restarts only what has " +
      "not answered for long.",
  },
  {
    scanner: "kube-score",
    check: "statefulset-has-servicename",
    objects: /^StatefulSet /,
    stacks: EVERY_STACK,
    reason:
      "The scanner wants a headless Service. Each StatefulSet has one pod, which is reached by its Service's name.",
  },
  {
    scanner: "kube-score",
    check: "deployment-has-host-podantiaffinity",
    objects: /^Deployment /,
    stacks: ["staging", "prod"],
    reason: "They spread by topologySpreadConstraints (rule spread-over-nodes), which the scanner does not know.",
  },
  {
    scanner: "kube-score",
    check: "deployment-replicas",
    objects: /^Deployment /,
    stacks: ["dev"],
    reason: "One pod each is enough on a development machine.",
  },
  {
    scanner: "kube-score",
    check: "service-type",
    objects: /^Service /,
    stacks: ["dev"],
    reason: "Seed 004 names the NodePorts of the development stack; elsewhere rule no-node-port forbids them.",
  },
];
