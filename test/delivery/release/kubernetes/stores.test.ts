import { ApiException, type V1ConfigMap, type V1Lease } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import type { Cluster } from "../../../../delivery/cluster-client/cluster.ts";
import { retried } from "../../../../delivery/cluster-client/retried.ts";
import { DocumentConflictError } from "../../../../delivery/release/journal/document-store.ts";
import { configMapStore, JOURNAL_LABEL } from "../../../../delivery/release/kubernetes/config-map-store.ts";
import { leaseStore } from "../../../../delivery/release/kubernetes/lease-store.ts";
import { LeaseConflictError } from "../../../../delivery/release/lock/lease.ts";

const refusal = (code: number) => new ApiException(code, "refused", "", {});

/** As much of an API server as one kind needs: objects with a version, refused where the version is another. */
class Objects<T extends { metadata?: { name?: string; resourceVersion?: string } }> {
  stored: T | undefined;
  #version = 0;

  read(): Promise<T> {
    return this.stored ? Promise.resolve(this.stored) : Promise.reject(refusal(404));
  }

  create({ body }: { readonly body: T }): Promise<T> {
    return this.stored ? Promise.reject(refusal(409)) : this.#put(body);
  }

  replace({ body }: { readonly body: T }): Promise<T> {
    const same = this.stored?.metadata?.resourceVersion === body.metadata?.resourceVersion;
    return same ? this.#put(body) : Promise.reject(refusal(409));
  }

  #put(body: T): Promise<T> {
    this.#version += 1;
    this.stored = { ...body, metadata: { ...body.metadata, resourceVersion: String(this.#version) } };
    return Promise.resolve(this.stored);
  }
}

describe("a document as a ConfigMap", () => {
  const server = new Objects<V1ConfigMap>();
  const core = {
    readNamespacedConfigMap: () => server.read(),
    createNamespacedConfigMap: (request: { readonly body: V1ConfigMap }) => server.create(request),
    replaceNamespacedConfigMap: (request: { readonly body: V1ConfigMap }) => server.replace(request),
  };
  const store = configMapStore({ core } as unknown as Cluster, () => "sophia-test", JOURNAL_LABEL);

  it("is written, read and written over by its version", async () => {
    const document = { name: "release-sophia-latest", text: { status: "done" }, bytes: Buffer.from([0, 255]) };
    expect(await store.read("sophia", document.name)).toBeUndefined();
    await store.write("sophia", document, undefined);
    expect(await store.read("sophia", document.name)).toEqual({ ...document, version: "1" });
    await store.write("sophia", { ...document, text: { status: "frozen" } }, "1");
    expect(server.stored).toMatchObject({
      metadata: { namespace: "sophia-test", labels: { "fleet.dev/release-journal": "sophia" } },
      data: { status: "frozen" },
    });
    await expect(store.write("sophia", document, "1")).rejects.toThrow(DocumentConflictError);
    await expect(store.write("sophia", document, undefined)).rejects.toThrow(DocumentConflictError);
  });
});

describe("a lock as a Lease", () => {
  const server = new Objects<V1Lease>();
  const coordination = {
    // As the client library gives it back: times are text.
    readNamespacedLease: () => server.read().then((lease) => JSON.parse(JSON.stringify(lease)) as V1Lease),
    createNamespacedLease: (request: { readonly body: V1Lease }) => server.create(request),
    replaceNamespacedLease: (request: { readonly body: V1Lease }) => server.replace(request),
  };
  const store = leaseStore({ coordination } as unknown as Cluster, "sophia-test");

  it("has the fields that Kubernetes gives it, times in microseconds", async () => {
    const at = Date.UTC(2026, 10, 21, 10);
    const lease = { holder: "alice", durationSeconds: 30, acquiredMs: at, renewedMs: at, transitions: 1 };
    await store.write("release-sophia", lease, undefined);
    expect(await store.read("release-sophia")).toEqual({ lease, version: "1" });
    expect(JSON.parse(JSON.stringify(server.stored?.spec))).toEqual({
      holderIdentity: "alice",
      leaseDurationSeconds: 30,
      acquireTime: "2026-11-21T10:00:00.000000Z",
      renewTime: "2026-11-21T10:00:00.000000Z",
      leaseTransitions: 1,
    });
    await expect(store.write("release-sophia", lease, "0")).rejects.toThrow(LeaseConflictError);
  });
});

describe("a call of the API server", () => {
  const failing = (failures: readonly Error[], answer = "done") => {
    const left = [...failures];
    return () => {
      const failure = left.shift();
      return failure ? Promise.reject(failure) : Promise.resolve(answer);
    };
  };

  it("is told again while the server restarts", async () => {
    const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    expect(await retried(failing([refused, refusal(503)]))).toBe("done");
  });

  it("is told once where the answer will stay the same", async () => {
    await expect(retried(failing([refusal(403)]))).rejects.toThrow(ApiException);
  });
});
