import { describe, expect, it } from "vitest";
import { diagnose } from "../../../delivery/watch/diagnose.ts";
import type { ClusterSnapshot } from "../../../delivery/watch/snapshot.ts";
import * as k8s from "./cluster-fixtures.ts";

const CRASHED = { containerStatuses: [k8s.crashed(9, 1)] };
const CRM = { kind: "Deployment", namespace: k8s.NAMESPACE, name: "bizosaas-crm" };

function blamed(parts: Partial<ClusterSnapshot>, awaited = [] as (typeof CRM)[]): readonly string[] {
  return diagnose(k8s.snapshot(60, parts), { since: k8s.SINCE, awaited }).map(({ object }) => object.name);
}

describe("what an update is blamed for", () => {
  it("is a failing pod that it created", () => {
    expect(blamed(k8s.rolledOutPod(CRASHED))).toEqual(["bizosaas-crm-6c9f-x2x7k"]);
  });

  it("is not a pod that failed before it began", () => {
    const old = k8s.pod({ name: "old", created: -300, status: CRASHED });
    const before = {
      deployments: [k8s.deployment({ created: -300 })],
      replicaSets: [k8s.replicaSet({ created: -300 })],
    };
    expect(blamed({ ...before, pods: [old] })).toEqual([]);
  });

  it("is not an old pod of a workload that it changes, only the new one", () => {
    const parts = {
      deployments: [k8s.deployment({ created: -300, changed: 1 })],
      replicaSets: [
        k8s.replicaSet({ name: "old-rs", created: -300, revision: 1 }),
        k8s.replicaSet({ name: "new-rs", created: 1, revision: 2 }),
      ],
      pods: [
        k8s.pod({ name: "old", created: -300, owner: k8s.byReplicaSet("old-rs"), status: CRASHED }),
        k8s.pod({ name: "old-replaced", created: 5, owner: k8s.byReplicaSet("old-rs"), status: CRASHED }),
        k8s.pod({ name: "new", created: 2, owner: k8s.byReplicaSet("new-rs"), status: CRASHED }),
      ],
    };
    expect(blamed(parts)).toEqual(["new"]);
  });

  it("is a new pod of an old ReplicaSet to which the update went back", () => {
    const parts = {
      deployments: [k8s.deployment({ created: -300, changed: 1 })],
      replicaSets: [
        k8s.replicaSet({ name: "first", created: -300, revision: 3 }),
        k8s.replicaSet({ name: "second", created: -100, revision: 2 }),
      ],
      pods: [k8s.pod({ name: "again", created: 2, owner: k8s.byReplicaSet("first"), status: CRASHED })],
    };
    expect(blamed(parts)).toEqual(["again"]);
  });

  it("is not a pod that the autoscaler adds to an untouched workload meanwhile", () => {
    const parts = {
      deployments: [k8s.deployment({ created: -300 })],
      replicaSets: [k8s.replicaSet({ created: -300 })],
      pods: [k8s.pod({ created: 5, status: CRASHED })],
    };
    expect(blamed(parts)).toEqual([]);
  });

  it("is not a pod being deleted", () => {
    const leaving = k8s.pod({ status: CRASHED, meta: { deletionTimestamp: k8s.at(9) } });
    expect(blamed({ ...k8s.rolledOutPod({}), pods: [leaving] })).toEqual([]);
  });

  it("is not a pod that restarted once and runs", () => {
    const state = { running: { startedAt: k8s.at(9) } };
    const restarted = k8s.container({
      ready: true,
      restartCount: 1,
      state,
      lastState: { terminated: { exitCode: 1 } },
    });
    expect(blamed(k8s.rolledOutPod({ phase: "Running", containerStatuses: [restarted] }))).toEqual([]);
  });

  it("is an old failing pod that the engine waits for again", () => {
    const parts = {
      deployments: [k8s.deployment({ created: -300 })],
      replicaSets: [k8s.replicaSet({ created: -300 })],
      pods: [k8s.pod({ name: "still-failing", created: -299, status: CRASHED })],
    };
    expect(blamed(parts, [CRM])).toEqual(["still-failing"]);
  });

  it("is one failure, however many replicas show it", () => {
    const parts = k8s.rolledOutPod(CRASHED);
    const twin = k8s.pod({ name: "twin", status: CRASHED });
    expect(blamed({ ...parts, pods: [...(parts.pods ?? []), twin] })).toHaveLength(1);
  });

  it("is a StatefulSet's pod only of the revision being rolled out", () => {
    const set = k8s.statefulSet({ updateRevision: "postgres-2" });
    const podOf = (revision: string) =>
      k8s.pod({
        name: revision,
        owner: k8s.controller("StatefulSet", "postgres", "sts-postgres"),
        meta: { labels: { "controller-revision-hash": revision } },
        status: CRASHED,
      });
    expect(blamed({ statefulSets: [set], pods: [podOf("postgres-1"), podOf("postgres-2")] })).toEqual(["postgres-2"]);
  });
});

describe("a Deployment past its own deadline", () => {
  const late = (parts: Partial<ClusterSnapshot>): Partial<ClusterSnapshot> => ({
    ...parts,
    deployments: [
      {
        ...k8s.deployment(),
        status: {
          observedGeneration: 2,
          conditions: [
            { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", lastUpdateTime: k8s.at(50) },
          ],
        },
      },
    ],
  });
  const kinds = (parts: Partial<ClusterSnapshot>) =>
    diagnose(k8s.snapshot(60, parts), { since: k8s.SINCE }).map(({ kind, certainty }) => `${kind} ${certainty}`);

  it("makes a suspicion fatal", () => {
    expect(kinds(late(k8s.rolledOutPod({ containerStatuses: [k8s.crashed(0, 1)] })))).toEqual(["crashLoop fatal"]);
  });

  it("is a failure by itself when nothing else is known", () => {
    expect(kinds(late(k8s.rolledOutPod({})))).toEqual(["stalled fatal"]);
  });
});
