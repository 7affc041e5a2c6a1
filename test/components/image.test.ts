import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it, vi } from "vitest";
import { deploy } from "../../components/deployment.ts";
import type { SourceRevision } from "../../model/image-tags.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { resolveOwn } from "../model/stack-fixtures.ts";
import { BUILT_DIGEST, inTheClear, JOINED_DIGEST, register, registrationBy } from "./recording-engine.ts";

vi.setConfig({ testTimeout: 60_000 });

/** A stack of nothing but its images. */
function onlyImages(stack: ResolvedStack): ResolvedStack {
  const { redis } = stack.images;
  return { ...stack, platforms: [], images: redis ? { redis } : {} };
}

function built(
  stack: ResolvedStack,
  revisions: Readonly<Record<string, SourceRevision>> = {},
  secrets: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
) {
  return register(() => deploy(onlyImages(stack), { secrets: pulumi.secret(secrets), root: "/root", revisions }));
}

const IMAGE = "docker-build:index:Image";
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

  it("is one build for the daemon's own platform, pushed under the stack's tag, and never in a preview", async () => {
    const { registrations, result } = await built(dev);
    expect(registrationBy(registrations, IMAGE, "image-redis-build").inputs).toEqual({
      context: { location: "/root/docker/redis" },
      dockerfile: { location: "/root/docker/redis/Dockerfile" },
      buildArgs: {
        BASE_IMAGE: "localhost:5000/fleet/debian:trixie",
        BUILD_IMAGE: "localhost:5000/fleet/debian:trixie",
      },
      buildOnPreview: false,
      network: "host",
      push: true,
      registries: [],
      tags: ["localhost:5000/fleet/redis:stack-dev"],
    });
    expect(registrations.filter(({ type }) => type === INDEX)).toEqual([]);
    expect(await settled(result.images["redis"])).toBe(`localhost:5000/fleet/redis@${BUILT_DIGEST}`);
  });

  it("gets tags by commit and branch, which leave the build as it is", async () => {
    const revision = { commit: "0123456789abcdef".padEnd(40, "0"), branch: "feature/x", dirty: true };
    const { registrations } = await built(dev, { "docker/redis": revision });
    const tags = registrations.filter(({ type }) => type === INDEX);
    expect(tags.map(({ name, inputs }) => [name, inputs])).toEqual([
      [
        "image-redis-commit",
        {
          tag: "localhost:5000/fleet/redis:0123456789ab-dirty",
          sources: [`localhost:5000/fleet/redis:stack-dev@${BUILT_DIGEST}`],
          push: true,
        },
      ],
      [
        "image-redis-branch",
        expect.objectContaining({
          tag: expect.stringMatching(/^localhost:5000\/fleet\/redis:feature-x-[0-9a-f]{8}-dirty$/) as string,
        }),
      ],
    ]);
    const plain = await built(dev);
    const inputs = (one: typeof plain) => registrationBy(one.registrations, IMAGE, "image-redis-build").inputs;
    expect(inputs(plain)).toEqual(registrationBy(registrations, IMAGE, "image-redis-build").inputs);
  });
});

describe("an image of a buildx builder", () => {
  const staging = resolveOwn("staging");

  it("is one build a platform, each with its cache in the registry, joined under the stack's tag", async () => {
    const { registrations, result } = await built({ ...staging, builder: "big" });
    for (const architecture of ["amd64", "arm64"]) {
      const ref = `ghcr.io/fleet/redis:cache-${architecture}`;
      expect(registrationBy(registrations, IMAGE, `image-redis-build-${architecture}`).inputs).toMatchObject({
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

  it("is pushed and tagged with the stack's account, its password marked secret", async () => {
    const stack = { ...staging, registry: { server: "ghcr.io", username: "robot" } };
    const { registrations } = await built(stack, {}, { registry: { password: "push-password" } });
    const account = { address: "ghcr.io", username: "robot", password: "push-password" };
    const image = registrationBy(registrations, IMAGE, "image-redis-build-amd64");
    const index = registrationBy(registrations, INDEX, "image-redis-index");
    expect(image.inputs["registries"]).toEqual([account]);
    expect(index.inputs["registry"]).toEqual(account);
    expect(inTheClear([image.marked, index.marked])).not.toContain("push-password");
  });
});

describe("an image that is pinned", () => {
  it("is built by nobody", async () => {
    const prod = resolveOwn("prod");
    const { registrations, result } = await built(prod);
    expect(registrations.filter(({ type }) => type.startsWith("docker-build:"))).toEqual([]);
    expect(await settled(result.images["redis"])).toMatch(/^ghcr\.io\/fleet\/redis@sha256:[0-9a-f]{64}$/);
  });
});
