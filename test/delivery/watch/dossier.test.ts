import { ApiException } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { diagnose } from "../../../delivery/watch/diagnose.ts";
import type { Diagnosis } from "../../../delivery/watch/diagnosis.ts";
import { collectDossier, type DossierSource } from "../../../delivery/watch/dossier.ts";
import type { Event } from "../../../delivery/watch/kubernetes-objects.ts";
import * as k8s from "./cluster-fixtures.ts";

type ReadLog = DossierSource["core"]["readNamespacedPodLog"];

function source(readLog: ReadLog, events: readonly Event[] = []): DossierSource {
  return {
    context: "fleet-local",
    core: {
      readNamespacedPodLog: readLog,
      listNamespacedEvent: ({ fieldSelector }) =>
        Promise.resolve({
          items: events.filter(({ involvedObject: { name } }) => fieldSelector.endsWith(`name=${name ?? ""}`)),
        }),
    },
  };
}

function crashLoop(message = "bad password hunter2"): Diagnosis {
  const parts = k8s.rolledOutPod({ containerStatuses: [k8s.crashed(2, 1, { message })] });
  const [found] = diagnose(k8s.snapshot(20, parts), { since: k8s.SINCE });
  if (!found) throw new Error("the fixture should crash");
  return found;
}

describe("a dossier", () => {
  it("has the last lines of the container that crashed, without its secrets and its colours", async () => {
    const asked: unknown[] = [];
    const cluster = source((request) => {
      asked.push(request);
      return Promise.resolve("\u001b[31mlogin as crm/hunter2\u001b[0m\nFATAL: refused\n");
    });
    const dossier = await collectDossier(crashLoop(), { cluster, secrets: ["hunter2"], dependents: ["frontend"] });
    expect(asked).toMatchObject([{ container: "crm", previous: true, tailLines: 20 }]);
    expect(dossier.logs?.lines).toEqual(["login as crm/[secret]", "FATAL: refused"]);
    expect(dossier.detail).toBe("bad password [secret]");
    expect(dossier.dependents).toEqual(["frontend"]);
    expect(JSON.stringify(dossier)).not.toContain("hunter2");
  });

  it("gives the commands to paste", async () => {
    const { commands } = await collectDossier(crashLoop(), {
      cluster: source(() => Promise.resolve("x")),
      secrets: [],
    });
    expect(commands).toEqual([
      "kubectl --context fleet-local -n bizosaas-dev describe pod bizosaas-crm-6c9f-x2x7k",
      "kubectl --context fleet-local -n bizosaas-dev logs bizosaas-crm-6c9f-x2x7k -c crm --previous",
      "kubectl --context fleet-local -n bizosaas-dev describe deployment bizosaas-crm",
      "fleet health",
    ]);
  });

  it("takes the current log when the previous one is gone", async () => {
    const cluster = source(({ previous }) =>
      previous ? Promise.reject(new Error("previous terminated container not found")) : Promise.resolve("started\n"),
    );
    const { logs } = await collectDossier(crashLoop(), { cluster, secrets: [] });
    expect(logs).toMatchObject({ previous: false, lines: ["started"] });
  });

  it("says what it could not get, in the API server's words", async () => {
    const refused = new ApiException(403, "Forbidden", '{"kind":"Status","message":"pods/log is forbidden"}', {});
    const { gaps, logs } = await collectDossier(crashLoop(), {
      cluster: source(() => Promise.reject(refused)),
      secrets: [],
    });
    expect(logs).toBeUndefined();
    expect(gaps).toEqual(["logs of bizosaas-crm-6c9f-x2x7k: pods/log is forbidden"]);
  });

  it("has the events of pod and owners in order, without everyday ones, repeated ones merged", async () => {
    const pod = k8s.pod();
    const set = k8s.replicaSet();
    const refusal = (name: string): string => `pods "${name}" is forbidden: exceeded quota`;
    const events = [
      k8s.event(pod, "BackOff", "Back-off restarting", { first: 5, last: 30, count: 4 }),
      k8s.event(pod, "Pulled", "Container image already present", { first: 4 }),
      k8s.event(set, "FailedCreate", refusal("a"), { kind: "ReplicaSet", first: 2 }),
      k8s.event(set, "FailedCreate", refusal("b"), { kind: "ReplicaSet", first: 3, count: 2 }),
    ];
    const cluster = source(() => Promise.resolve(""), events);
    const dossier = await collectDossier(crashLoop(), { cluster, secrets: [] });
    expect(dossier.events.map(({ reason, message, count }) => [reason, message, count])).toEqual([
      ["FailedCreate", refusal("b"), 3],
      ["BackOff", "Back-off restarting", 4],
    ]);
  });
});
