import { describe, expect, it } from "vitest";
import { diagnose } from "../../../delivery/watch/diagnose.ts";
import type { ClusterSnapshot } from "../../../delivery/watch/snapshot.ts";
import * as k8s from "./cluster-fixtures.ts";

function diagnoseAt(seconds: number, parts: Partial<ClusterSnapshot>) {
  return diagnose(k8s.snapshot(seconds, parts), { since: k8s.SINCE });
}

/** "crashLoop fatal", one for each diagnosis. */
function verdicts(seconds: number, parts: Partial<ClusterSnapshot>): readonly string[] {
  return diagnoseAt(seconds, parts).map(({ kind, certainty }) => `${kind} ${certainty}`);
}

const podWith = (container: ReturnType<typeof k8s.container>) => k8s.rolledOutPod({ containerStatuses: [container] });

describe("an image that cannot be pulled", () => {
  const notFound = `failed to pull and unpack image "localhost:5000/crm:nope": failed to resolve reference "localhost:5000/crm:nope": localhost:5000/crm:nope: not found`;
  const refused = `failed to pull and unpack image "registry.test/crm:1": failed to do request: Head "https://registry.test/v2/": dial tcp 10.0.0.1:443: connect: connection refused`;

  it("is fatal at once when the registry has no such image, and names service and image", () => {
    const [found] = diagnoseAt(3, podWith(k8s.container(k8s.waiting("ErrImagePull", notFound))));
    expect(found).toMatchObject({
      kind: "imagePull",
      certainty: "fatal",
      service: "crm",
      image: k8s.IMAGE,
      summary: `crm: image ${k8s.IMAGE} cannot be pulled: the registry has no such image`,
      workload: { kind: "Deployment", name: "bizosaas-crm" },
      object: { kind: "Pod", name: "bizosaas-crm-6c9f-x2x7k" },
    });
  });

  it("is fatal at once when the name is not valid", () => {
    expect(verdicts(2, podWith(k8s.container(k8s.waiting("InvalidImageName", "invalid reference format"))))).toEqual([
      "imagePull fatal",
    ]);
  });

  it("is only suspect when the registry refuses the connection for the first time", () => {
    expect(verdicts(4, podWith(k8s.container(k8s.waiting("ErrImagePull", refused))))).toEqual(["imagePull suspect"]);
  });

  it("is fatal when the registry has refused the connection twice", () => {
    const parts = podWith(k8s.container(k8s.waiting("ImagePullBackOff", "Back-off pulling image")));
    const events = parts.pods?.map((pod) =>
      k8s.event(pod, "Failed", `Failed to pull image "${k8s.IMAGE}": ${refused}`, { first: 3, last: 13, count: 2 }),
    );
    expect(verdicts(13, { ...parts, events: events ?? [] })).toEqual(["imagePull fatal"]);
  });

  it("is fatal when a pull has kept failing for 15 seconds", () => {
    const parts = podWith(k8s.container(k8s.waiting("ImagePullBackOff", "Back-off pulling image")));
    expect([verdicts(15, parts), verdicts(16, parts)]).toEqual([["imagePull suspect"], ["imagePull fatal"]]);
  });
});

describe("a container that ends", () => {
  it.each([
    [0, "crashLoop suspect"],
    [1, "crashLoop suspect"],
    [2, "crashLoop fatal"],
  ])("after %i restarts is a %s", (restarts, verdict) => {
    expect(verdicts(20, podWith(k8s.crashed(restarts, 1)))).toEqual([verdict]);
  });

  it("tells exit code, restarts, last words, and where the log is", () => {
    const [found] = diagnoseAt(20, podWith(k8s.crashed(2, 3, { message: "cannot reach postgres" })));
    expect(found).toMatchObject({
      summary: "crm: container crm crashes with exit code 3, after 2 restarts",
      detail: "cannot reach postgres",
      exitCode: 3,
      restarts: 2,
      logs: { pod: "bizosaas-crm-6c9f-x2x7k", container: "crm", previous: true },
    });
  });

  it("with exit code 78 refuses its configuration: fatal at once", () => {
    expect(verdicts(2, podWith(k8s.crashed(0, 78)))).toEqual(["crashLoop fatal"]);
  });

  it("but runs again now is given its chance", () => {
    const running = k8s.container({ ...k8s.crashed(2, 1), state: { running: { startedAt: k8s.at(18) } } });
    expect(verdicts(20, podWith(running))).toEqual([]);
  });

  it("with exit code 0 is a crash loop too, for a service should run on", () => {
    const [found] = diagnoseAt(20, podWith(k8s.crashed(2, 0, { reason: "Completed" })));
    expect(found?.summary).toBe("crm: container crm ends by itself (exit code 0), but should run on, after 2 restarts");
  });

  it("for want of memory is told apart, and is fatal the second time", () => {
    const killed = (restarts: number) => podWith(k8s.crashed(restarts, 137, { reason: "OOMKilled" }));
    expect([verdicts(5, killed(0)), verdicts(9, killed(1))]).toEqual([["outOfMemory suspect"], ["outOfMemory fatal"]]);
  });

  it("because its command does not exist is fatal at once", () => {
    const message = `failed to create containerd task: runc create failed: exec: "uvicorn": executable file not found in $PATH: unknown`;
    const [found] = diagnoseAt(5, podWith(k8s.crashed(0, 128, { reason: "StartError", message })));
    expect(found).toMatchObject({ kind: "cannotStart", certainty: "fatal" });
    expect(found?.summary).toContain('exec: "uvicorn": executable file not found in $PATH');
  });
});

describe("an init container", () => {
  const spec = { initContainers: [{ name: "wait", image: "localhost:5000/wait:1" }] };
  const failing = { ...k8s.crashed(2, 1), name: "wait" };

  it("that fails is told apart from the service itself", () => {
    const parts = k8s.rolledOutPod({ initContainerStatuses: [failing] }, spec);
    expect(diagnoseAt(20, parts)[0]).toMatchObject({
      kind: "initContainer",
      certainty: "fatal",
      image: "localhost:5000/wait:1",
      summary: "crm: init container wait crashes with exit code 1, after 2 restarts",
    });
  });

  it("that has done its work is no failure", () => {
    const done = k8s.container({ name: "wait", state: { terminated: { exitCode: 0, reason: "Completed" } } });
    expect(verdicts(9, k8s.rolledOutPod({ initContainerStatuses: [done] }, spec))).toEqual([]);
  });
});

describe("a missing ConfigMap or Secret", () => {
  const missing = podWith(k8s.container(k8s.waiting("CreateContainerConfigError", 'secret "crm-keys" not found')));

  it("is fatal after 10 seconds, for the same update may be creating it", () => {
    expect([verdicts(10, missing), verdicts(11, missing)]).toEqual([
      ["configuration suspect"],
      ["configuration fatal"],
    ]);
    expect(diagnoseAt(11, missing)[0]?.summary).toContain('secret "crm-keys" not found');
  });

  it("is found in a mount as well", () => {
    const parts = podWith(k8s.container(k8s.waiting("ContainerCreating")));
    const message = 'MountVolume.SetUp failed for volume "config" : configmap "crm-config" not found';
    const events = (parts.pods ?? []).map((pod) =>
      k8s.event(pod, "FailedMount", message, { first: 2, last: 9, count: 5 }),
    );
    expect(diagnoseAt(12, { ...parts, events })[0]).toMatchObject({
      kind: "configuration",
      certainty: "fatal",
      summary: 'crm: its pod cannot be set up: configmap "crm-config" not found',
    });
  });

  it("is fatal at once when the image wants to run as root and may not", () => {
    const message = "container has runAsNonRoot and image will run as root";
    expect(verdicts(2, podWith(k8s.container(k8s.waiting("CreateContainerConfigError", message))))).toEqual([
      "configuration fatal",
    ]);
  });
});

describe("a failing probe", () => {
  const fieldPath = "spec.containers{crm}";
  const running = (restartCount: number) =>
    podWith(k8s.container({ restartCount, state: { running: { startedAt: k8s.at(3) } } }));
  const withEvents = (parts: Partial<ClusterSnapshot>, said: readonly (readonly [string, string, number])[]) => ({
    ...parts,
    events: (parts.pods ?? []).flatMap((pod) =>
      said.map(([reason, message, count]) => k8s.event(pod, reason, message, { first: 5, last: 20, count, fieldPath })),
    ),
  });

  it("of a slow start is not punished within its budget", () => {
    const slow = withEvents(running(0), [["Unhealthy", "Startup probe failed: connection refused", 20]]);
    expect(verdicts(60, slow)).toEqual(["probe suspect"]);
  });

  it("is not even mentioned at first", () => {
    expect(verdicts(8, withEvents(running(0), [["Unhealthy", "Readiness probe failed: HTTP 503", 2]]))).toEqual([]);
  });

  it("is fatal when the kubelet kills the container a second time at the end of the startup budget", () => {
    const killed = (times: number) =>
      withEvents(running(times), [
        ["Unhealthy", "Startup probe failed: HTTP probe failed with statuscode: 500", 10 * times],
        ["Killing", "Container crm failed startup probe, will be restarted", times],
      ]);
    expect(diagnoseAt(40, killed(1))[0]).toMatchObject({ kind: "probe", certainty: "suspect" });
    expect(diagnoseAt(40, killed(2))[0]).toMatchObject({
      kind: "probe",
      certainty: "fatal",
      summary:
        "crm: container crm was killed 2 times by its startup probe: Startup probe failed: HTTP probe failed with statuscode: 500",
    });
  });

  it.each([
    [1, "probe suspect"],
    [2, "probe fatal"],
  ])("of liveness after %i kills is a %s", (kills, verdict) => {
    const killed = withEvents(running(kills), [
      ["Unhealthy", "Liveness probe failed: timeout", 3 * kills],
      ["Killing", "Container crm failed liveness probe, will be restarted", kills],
    ]);
    expect(verdicts(60, killed)).toEqual([verdict]);
  });

  it("does not hide the crash of a program that ended before any probe could succeed", () => {
    const crashing = withEvents(podWith(k8s.crashed(3, 1)), [
      ["Unhealthy", "Startup probe failed: dial tcp 10.244.0.9:8004: connect: connection refused", 4],
    ]);
    expect(verdicts(20, crashing)).toEqual(["crashLoop fatal"]);
  });

  it("explains the crash of a container that it killed", () => {
    const killed = withEvents(podWith(k8s.crashed(3, 137)), [
      ["Unhealthy", "Startup probe failed: refused", 9],
      ["Killing", "Container crm failed startup probe, will be restarted", 3],
    ]);
    expect(verdicts(60, killed)).toEqual(["probe fatal"]);
  });

  it("of the past does not count against a container that is ready now", () => {
    const ready = podWith(k8s.container({ ready: true, restartCount: 1, state: { running: {} } }));
    expect(verdicts(60, withEvents(ready, [["Unhealthy", "Startup probe failed", 30]]))).toEqual([]);
  });
});
