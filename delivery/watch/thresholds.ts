/** When a suspicion becomes a failure. Each value says why it is neither smaller nor larger. */
export const THRESHOLDS = {
  /**
   * Attempts after which a pull that failed for a reason that might pass (time-out, connection refused, name lookup) is
   * given up. The kubelet tries again after 10 s, so this is 10 s or so.
   */
  pullAttempts: 2,
  /** Seconds for the same, since slow failures (time-outs) may not come to two attempts. */
  pullSeconds: 15,
  /**
   * Restarts after which a container that has ended once more is a crash loop: its third end. The kubelet restarts at
   * once, then after 10 s. Services are deployed in waves, their databases and required services before them, so what
   * a first start may trip over is a matter of seconds (an endpoint not yet programmed, a sibling of the same wave);
   * the third start comes more than 10 s after the first. A later limit (the fourth start: 30 s) would break the
   * promise to name a crash loop within 20 s.
   */
  crashRestarts: 2,
  /** Restarts after which the memory limit is to blame: unlike a missing neighbour it does not come right by waiting. */
  outOfMemoryRestarts: 1,
  /** Exit code by which a program says that its configuration is wrong (sysexits.h, EX_CONFIG): no restart helps. */
  configurationExitCode: 78,
  /** Kills by a liveness probe; one may be a stall of a busy node during the deploy itself. */
  livenessKills: 2,
  /** Kills by a startup probe; one may be a busy node during the deploy itself: the second start finds its files cached. */
  startupKills: 2,
  /** Readiness failures from which on one is told of it; it is never fatal by itself. */
  readinessSuspect: 3,
  /** Seconds for a ConfigMap, Secret or service account that the same update may be creating right now. */
  configurationSeconds: 10,
  /** Seconds of container creation errors, which a busy runtime recovers from. */
  createContainerSeconds: 20,
  /** Seconds without a node that takes the pod; the scheduler decides within one. */
  unschedulableSeconds: 10,
  /** Seconds for the same, or for a quota, while a pod that is going away may yet make room, or a node starts (all are tainted). */
  makingRoomSeconds: 60,
  /** Seconds for the cluster autoscaler, once it said that it adds a node. */
  scaleUpSeconds: 300,
  /** Seconds that a quota has to refuse; a quota's usage lags behind deletions by some seconds. */
  quotaSeconds: 10,
  /** Seconds for an admission webhook that cannot be reached: it may be part of the same update. */
  admissionSeconds: 15,
  /** Seconds from the first provisioning or mount error; both are retried within a few seconds. */
  volumeSeconds: 30,
  /** Seconds for a volume to be made by a provisioner that reports no error. */
  provisioningSeconds: 120,
  /** Seconds for a volume still attached to the node of the pod being replaced. */
  attachSeconds: 120,
  /** Seconds of failures to set up a pod's network or sandbox; node agents restart in less. */
  sandboxSeconds: 60,
} as const;
