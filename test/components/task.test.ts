import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { deploy } from "../../components/deployment.ts";
import type { ConfiguredSecrets } from "../../components/secrets.ts";
import { nameOf, renderedObjects, type RenderedObject } from "../model/render/rendered-stack.ts";
import { resolveBusyShop } from "../model/task-fixtures.ts";
import { register, registrationBy, type Registration } from "./recording-engine.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const stack = resolveBusyShop();
let registrations: readonly Registration[] = [];

beforeAll(async () => {
  ({ registrations } = await register(() => deploy(stack, pulumi.secret<ConfiguredSecrets>({}), "/root")));
});

const JOB = "kubernetes:batch/v1:Job";
const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";

describe("a platform with tasks", () => {
  it("registers exactly the objects that are rendered", () => {
    const names = registrations
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ inputs }) => nameOf(inputs as RenderedObject));
    expect(names.sort()).toEqual([...renderedObjects(stack).keys()].sort());
  });

  it("runs a job after what it links to and what it reads, and frees its name before the next", () => {
    const job = registrationBy(registrations, JOB, "shop-imports-job");
    expect(job.parent).toBe("fleet:task:Task::shop-imports");
    expect(job.dependencies).toEqual(
      expect.arrayContaining([
        "kubernetes:core/v1:ConfigMap::shop-imports-config-map",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy::shop-imports-network-policy",
      ]),
    );
    // What a component waits for, its children wait for.
    expect(registrationBy(registrations, "fleet:task:Task", "shop-imports").dependencies).toEqual(
      expect.arrayContaining([`${STATEFUL_SET}::shop-db-stateful-set`, `${JOB}::shop-db-migration-job`]),
    );
    expect(job.deleteBeforeReplace).toBe(true);
  });
});
