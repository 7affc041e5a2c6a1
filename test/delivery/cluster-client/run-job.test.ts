import { ApiException } from "@kubernetes/client-node";
import type { Job } from "kubernetes-types/batch/v1";
import { describe, expect, it } from "vitest";
import type { Cluster } from "../../../delivery/cluster-client/cluster.ts";
import { JobRunningError, runJob } from "../../../delivery/cluster-client/run-job.ts";
import type { ContainerState, Job as RunningJob, Pod } from "../../../delivery/watch/kubernetes-objects.ts";

const job: Job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "restore", namespace: "shop" } };
const condition = (type: "Complete" | "Failed", reason?: string): RunningJob => ({
  status: { conditions: [{ type, status: "True", ...(reason === undefined ? {} : { reason }) }] },
});
const running: RunningJob = { status: { active: 1 } };

describe("a Job that is run to its end", () => {
  it("gives back what it printed", async () => {
    const server = new FakeApi([running, condition("Complete")], { log: "one\ntwo\n" });
    expect(await runJob(server.cluster, job)).toMatchObject({ outcome: "succeeded", output: "one\ntwo", reason: "" });
    expect(server.calls).toEqual(["create"]);
  });

  it("tells each state that it goes through, once", async () => {
    const pulling: Pod = {
      ...pod,
      status: { containerStatuses: [status({ waiting: { reason: "ErrImagePull", message: "not found" } })] },
    };
    const server = new FakeApi([running, running, condition("Complete")], { pods: [undefined, pulling, pod] });
    const states: string[] = [];
    await runJob(server.cluster, job, { onProgress: (state) => states.push(state) });
    expect(states).toEqual(["waiting for a pod", "waiting: ErrImagePull, not found"]);
  });

  it("says why it failed, with its exit code and its last words", async () => {
    const ended: Pod = { ...pod, status: { containerStatuses: [status({ terminated: { exitCode: 66 } })] } };
    const server = new FakeApi([condition("Failed", "BackoffLimitExceeded")], { pods: [ended], log: "no dump" });
    expect(await runJob(server.cluster, job)).toMatchObject({
      outcome: "failed",
      output: "no dump",
      reason: "BackoffLimitExceeded, exit code 66",
    });
  });

  it("takes the place of one that has ended", async () => {
    const server = new FakeApi([condition("Complete")], { existing: condition("Failed") });
    expect((await runJob(server.cluster, job)).outcome).toBe("succeeded");
    expect(server.calls).toEqual(["delete", "create"]);
  });

  it("leaves one alone that is still at work", async () => {
    const server = new FakeApi([], { existing: running });
    await expect(runJob(server.cluster, job)).rejects.toThrow(JobRunningError);
    expect(server.calls).toEqual([]);
  });

  it("is deleted with its pod when the caller is interrupted", async () => {
    const interrupt = new AbortController();
    const server = new FakeApi([running, running], {});
    const run = await runJob(server.cluster, job, {
      signal: interrupt.signal,
      onProgress: () => {
        interrupt.abort();
      },
    });
    expect(run.outcome).toBe("interrupted");
    expect(server.calls).toEqual(["create", "delete"]);
  });
});

const status = (state: ContainerState) => ({
  name: "restore",
  image: "",
  imageID: "",
  ready: false,
  restartCount: 0,
  state,
});
const pod: Pod = { metadata: { name: "restore-x", namespace: "shop" }, status: { phase: "Running" } };

interface Story {
  readonly existing?: RunningJob;
  /** One for each look at the pods; the last one stays. */
  readonly pods?: readonly (Pod | undefined)[];
  readonly log?: string;
}

/** As much of an API server as one Job needs: each look at the Job shows its next state. */
class FakeApi {
  readonly calls: string[] = [];
  private present: RunningJob | undefined;
  private readonly states: RunningJob[];
  private readonly pods: (Pod | undefined)[];
  private readonly log: string;

  constructor(states: readonly RunningJob[], { existing, pods = [pod], log = "" }: Story) {
    this.states = [...states];
    this.present = existing;
    this.pods = [...pods];
    this.log = log;
  }

  get cluster(): Cluster {
    const batch = {
      readNamespacedJob: () => this.read(),
      createNamespacedJob: () => {
        this.calls.push("create");
        this.present = this.states[0] ?? running;
        return Promise.resolve(this.present);
      },
      deleteNamespacedJob: () => {
        this.calls.push("delete");
        this.present = undefined;
        return Promise.resolve({});
      },
    };
    const core = {
      listNamespacedPod: () => {
        const next = this.pods.length > 1 ? this.pods.shift() : this.pods[0];
        return Promise.resolve({ items: next ? [next] : [] });
      },
      readNamespacedPodLog: () => Promise.resolve(this.log),
    };
    return { context: "test", core, batch } as unknown as Cluster;
  }

  private read(): Promise<RunningJob> {
    if (!this.present) return Promise.reject(new ApiException(404, "not found", "", {}));
    if (this.calls.includes("create")) this.present = this.states.shift() ?? this.present;
    return Promise.resolve(this.present);
  }
}
