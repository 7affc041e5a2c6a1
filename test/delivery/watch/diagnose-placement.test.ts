import type { Pod } from "../../../delivery/watch/kubernetes-objects.ts";
import { describe, expect, it } from "vitest";
import { diagnose } from "../../../delivery/watch/diagnose.ts";
import type { ClusterSnapshot } from "../../../delivery/watch/snapshot.ts";
import * as k8s from "./cluster-fixtures.ts";

function diagnoseAt(seconds: number, parts: Partial<ClusterSnapshot>) {
  return diagnose(k8s.snapshot(seconds, parts), { since: k8s.SINCE });
}

function verdicts(seconds: number, parts: Partial<ClusterSnapshot>): readonly string[] {
  return diagnoseAt(seconds, parts).map(({ kind, certainty }) => `${kind} ${certainty}`);
}

describe("a pod that no node takes", () => {
  const unschedulable = (message: string, spec = {}) =>
    k8s.rolledOutPod(
      {
        conditions: [
          { type: "PodScheduled", status: "False", reason: "Unschedulable", message, lastTransitionTime: k8s.at(2) },
        ],
      },
      spec,
    );
  const terminating: Pod = k8s.pod({ name: "old", created: -99, meta: { deletionTimestamp: k8s.at(3) } });

  it("is fatal after 10 seconds", () => {
    const parts = unschedulable("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.");
    expect([verdicts(11, parts), verdicts(12, parts)]).toEqual([["unschedulable suspect"], ["unschedulable fatal"]]);
  });

  it("has longer while a pod that goes away may make room", () => {
    const parts = unschedulable("0/1 nodes are available: 1 Insufficient memory. preemption: none");
    expect(verdicts(30, { ...parts, pods: [...(parts.pods ?? []), terminating] })).toEqual(["unschedulable suspect"]);
    expect(verdicts(30, parts)).toEqual(["unschedulable fatal"]);
  });

  it("has longer while the cluster autoscaler adds a node", () => {
    const parts = unschedulable("0/3 nodes are available: 3 Insufficient cpu.");
    const events = (parts.pods ?? []).map((pod) => k8s.event(pod, "TriggeredScaleUp", "pod triggered scale-up"));
    expect(verdicts(120, { ...parts, events })).toEqual(["unschedulable suspect"]);
  });

  it("has longer while the only node is still starting", () => {
    const message = "0/1 nodes are available: 1 node(s) had untolerated taint(s)";
    expect(verdicts(30, unschedulable(message))).toEqual(["unschedulable suspect"]);
  });

  it("waits for a volume as long as its provisioner reports no error, and names the claim when it does", () => {
    const spec = { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] };
    const parts = unschedulable("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.", spec);
    const claim = {
      metadata: { name: "data", namespace: k8s.NAMESPACE, uid: "pvc-data" },
      status: { phase: "Pending" },
    };
    const said = k8s.event(claim, "ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found');
    const claims = { ...parts, persistentVolumeClaims: [claim] };
    expect(verdicts(40, claims)).toEqual(["volume suspect"]);
    expect(diagnoseAt(40, { ...claims, events: [said] })[0]).toMatchObject({
      certainty: "fatal",
      summary: 'crm: its volume is not there: storageclass.storage.k8s.io "fast" not found',
      related: [{ kind: "Pod" }, { kind: "ReplicaSet" }, { kind: "Deployment" }, { kind: "PersistentVolumeClaim" }],
    });
  });
});

describe("pods that the API server refuses", () => {
  const refused = (message: string): Partial<ClusterSnapshot> => ({
    deployments: [k8s.deployment()],
    replicaSets: [
      k8s.replicaSet({
        status: {
          replicas: 0,
          conditions: [
            { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message, lastTransitionTime: k8s.at(2) },
          ],
        },
      }),
    ],
  });

  it.each([
    [
      "Pod Security",
      'pods "crm-1" is forbidden: violates PodSecurity "restricted:latest": privileged (container "crm" must not set securityContext.privileged=true)',
    ],
    ["a webhook", 'admission webhook "policy.test" denied the request: no owner label'],
    ["a LimitRange", 'pods "crm-1" is forbidden: maximum cpu usage per Container is 1, but limit is 2'],
  ])("for %s are fatal at once", (_by, message) => {
    expect(verdicts(2, refused(message))).toEqual(["admission fatal"]);
  });

  it("are explained in the API server's words, without the preamble", () => {
    const [found] = diagnoseAt(2, refused('pods "crm-1" is forbidden: violates PodSecurity "restricted:latest": x'));
    expect(found?.summary).toBe('crm: its pods are refused: violates PodSecurity "restricted:latest": x');
    expect(found?.object).toMatchObject({ kind: "ReplicaSet", name: "bizosaas-crm-6c9f" });
  });

  it("for a webhook that does not answer yet are only suspect for 15 seconds", () => {
    const parts = refused('Internal error occurred: failed calling webhook "policy.test": connection refused');
    expect([verdicts(10, parts), verdicts(17, parts)]).toEqual([["admission suspect"], ["admission fatal"]]);
  });

  it("for a quota are fatal after 10 seconds, unless pods are going away", () => {
    const parts = refused(
      'pods "crm-1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=3, limited: pods=3',
    );
    const leaving = k8s.pod({ name: "old", created: -99, meta: { deletionTimestamp: k8s.at(3) } });
    expect([verdicts(5, parts), verdicts(12, parts), verdicts(12, { ...parts, pods: [leaving] })]).toEqual([
      ["quota suspect"],
      ["quota fatal"],
      ["quota suspect"],
    ]);
  });

  it("of a StatefulSet are known by its events", () => {
    const set = k8s.statefulSet();
    const message =
      'create Pod postgres-0 in StatefulSet postgres failed error: pods "postgres-0" is forbidden: violates PodSecurity "restricted:latest": x';
    const events = [k8s.event(set, "FailedCreate", message, { kind: "StatefulSet" })];
    expect(diagnoseAt(3, { statefulSets: [set], events })[0]).toMatchObject({
      kind: "admission",
      certainty: "fatal",
      service: "postgres",
    });
  });
});

describe("a Job", () => {
  const owner = k8s.controller("Job", "migrate", "job-migrate");
  const failedPod = k8s.pod({
    name: "migrate-8z4",
    owner,
    spec: { restartPolicy: "Never", containers: [{ name: "psql", image: k8s.IMAGE }] },
    status: {
      phase: "Failed",
      containerStatuses: [k8s.container({ name: "psql", state: { terminated: { exitCode: 3, reason: "Error" } } })],
    },
  });
  const failure = { type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "backoff limit reached" };

  it("that gave up is fatal, with its pod's log at hand", () => {
    expect(diagnoseAt(9, { jobs: [k8s.job({ failed: 1, conditions: [failure] })], pods: [failedPod] })).toMatchObject([
      {
        kind: "job",
        certainty: "fatal",
        service: "migrate",
        summary: "migrate: job migrate failed: 1 failed attempt, last with exit code 3",
        exitCode: 3,
        logs: { pod: "migrate-8z4", container: "psql", previous: false },
      },
    ]);
  });

  it("is known to have failed before its pods are removed", () => {
    const target = { ...failure, type: "FailureTarget" };
    expect(verdicts(9, { jobs: [k8s.job({ failed: 1, conditions: [target] })] })).toEqual(["job fatal"]);
  });

  it("that will try again is only suspect: it may wait for its database", () => {
    expect(verdicts(9, { jobs: [k8s.job({ failed: 1, active: 1 })], pods: [failedPod] })).toEqual(["job suspect"]);
  });

  it("that succeeded at the second attempt is fine", () => {
    const complete = { type: "Complete", status: "True" };
    expect(
      verdicts(20, { jobs: [k8s.job({ failed: 1, succeeded: 1, conditions: [complete] })], pods: [failedPod] }),
    ).toEqual([]);
  });

  it("of a CronJob is none of the update's doing", () => {
    const cron = k8s.job({ failed: 1, conditions: [failure] });
    const owned = {
      ...cron,
      metadata: { ...cron.metadata, ownerReferences: [k8s.controller("CronJob", "nightly", "c")] },
    };
    expect(verdicts(9, { jobs: [owned] })).toEqual([]);
  });
});
