import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it, vi } from "vitest";
import { deploy } from "../../components/deployment.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { resolveOwn } from "../model/stack-fixtures.ts";
import { BUILT_DIGEST, inTheClear, JOINED_DIGEST, register, registrationBy } from "./recording-engine.ts";

vi.setConfig({ testTimeout: 60_000 });

/** A stack of nothing but one of its images. */
function onlyRedis(stack: ResolvedStack): ResolvedStack {
  const { redis } = stack.images;
  return { ...stack, platforms: [], images: redis ? { redis } : {} };
}

function built(stack: ResolvedStack, secrets: Readonly<Record<string, Readonly<Record<string, string>>>> = {}) {
  return register(() => deploy(onlyRedis(stack), pulumi.secret(secrets), "/root"));
}

const BY_DAEMON = "docker:index/image:Image";
const BY_BUILDX = "docker-build:index:Image";
const INDEX = "docker-build:index:Index";

async function settled(output: pulumi.Output<string> | undefined): Promise<string> {
  return new Promise((resolve) => {
    pulumi.output(output).apply((value) => {
      resolve(value ?? "");
    });
  });
}

describe("an image of this machine's daemon", () => {
  const dev = resolveOwn("dev");

  it("is one build from the stack's root, pushed under the stack's tag, and never in a preview", async () => {
    const { registrations, result } = await built(dev);
    expect(registrationBy(registrations, BY_DAEMON, "image-redis-build").inputs).toMatchObject({
      imageName: "localhost:5000/fleet/redis:stack-dev",
      build: {
        context: "/root/docker/redis",
        dockerfile: "/root/docker/redis/Dockerfile",
        args: {
          BASE_IMAGE: "localhost:5000/fleet/debian:trixie",
          BUILD_IMAGE: "localhost:5000/fleet/debian:trixie",
        },
        network: "host",
      },
      buildOnPreview: false,
      registry: { server: "localhost:5000" },
    });
    expect(await settled(result.images["redis"])).toBe(`localhost:5000/fleet/redis@${BUILT_DIGEST}`);
  });

  it("is pushed with the stack's account, its password marked secret", async () => {
    const stack = { ...dev, registry: { server: "localhost:5000", username: "robot" } };
    const { registrations } = await built(stack, { registry: { password: "push-password" } });
    const image = registrationBy(registrations, BY_DAEMON, "image-redis-build");
    expect(image.inputs["registry"]).toEqual({
      server: "localhost:5000",
      username: "robot",
      password: "push-password",
    });
    expect(inTheClear(image.marked)).not.toContain("push-password");
  });
});

describe("an image of a buildx builder", () => {
  const staging = resolveOwn("staging", (values) => ({
    ...values,
    images: { ...(values["images"] as object), builder: { kind: "buildx", name: "big" } },
  }));

  it("is one build a platform, each with its cache in the registry, joined under the stack's tag", async () => {
    const { registrations, result } = await built(staging);
    for (const architecture of ["amd64", "arm64"]) {
      const ref = `ghcr.io/fleet/redis:cache-${architecture}`;
      expect(registrationBy(registrations, BY_BUILDX, `image-redis-build-${architecture}`).inputs).toMatchObject({
        context: { location: "/root/docker/redis" },
        platforms: [`linux/${architecture}`],
        tags: [`ghcr.io/fleet/redis:stack-staging-${architecture}`],
        push: true,
        buildOnPreview: false,
        builder: { name: "big" },
        cacheFrom: [{ registry: { ref } }],
        cacheTo: [{ registry: { ref, mode: "max", ociMediaTypes: true, imageManifest: true, ignoreError: true } }],
      });
    }
    expect(registrationBy(registrations, INDEX, "image-redis-index").inputs).toEqual({
      tag: "ghcr.io/fleet/redis:stack-staging",
      sources: ["amd64", "arm64"].map((one) => `ghcr.io/fleet/redis:stack-staging-${one}@${BUILT_DIGEST}`),
      push: true,
    });
    expect(await settled(result.images["redis"])).toBe(`ghcr.io/fleet/redis@${JOINED_DIGEST}`);
  });

  it("is pushed and joined with the stack's account, its password marked secret", async () => {
    const stack = { ...staging, registry: { server: "ghcr.io", username: "robot" } };
    const { registrations } = await built(stack, { registry: { password: "push-password" } });
    const account = { address: "ghcr.io", username: "robot", password: "push-password" };
    const image = registrationBy(registrations, BY_BUILDX, "image-redis-build-amd64");
    const index = registrationBy(registrations, INDEX, "image-redis-index");
    expect(image.inputs["registries"]).toEqual([account]);
    expect(index.inputs["registry"]).toEqual(account);
    expect(inTheClear([image.marked, index.marked])).not.toContain("push-password");
  });
});

describe("an image that is pinned", () => {
  it("is built by nobody", async () => {
    const { registrations, result } = await built(resolveOwn("prod"));
    expect(registrations.filter(({ type }) => /^docker(-build)?:/.test(type))).toEqual([]);
    expect(await settled(result.images["redis"])).toMatch(/^ghcr\.io\/fleet\/redis@sha256:[0-9a-f]{64}$/);
  });
});
