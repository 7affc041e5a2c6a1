import { expect, test } from "vitest";
import { buildCall, pushedDigest } from "../../../../toolchain/providers/docker-build/build-command.ts";
import { imageInputs, registryOf, unknownInputs } from "../../../../toolchain/providers/docker-build/image-inputs.ts";
import { parseReference } from "../../../../toolchain/providers/docker-build/registry-tag.ts";
import { secret } from "../../../../toolchain/providers/protocol/values.ts";

test("the Dockerfile is the one in the context unless the program names another", () => {
  const context = { location: "app" };
  expect(imageInputs({ context }).dockerfile).toBe("app/Dockerfile");
  expect(imageInputs({ context, dockerfile: { location: "docker/node" } }).dockerfile).toBe("docker/node");
});

test("a build gets its tags, arguments, platform and network; secret arguments stay off the command line", () => {
  const image = imageInputs({
    tags: ["localhost:5000/brain:1", "localhost:5000/brain:main"],
    context: { location: "." },
    buildArgs: { OPEN: "1", TOKEN: secret("hunter2") },
    target: "run",
    platforms: ["linux/arm64"],
    network: "host",
  });
  const call = buildCall(image, "buildkit");
  const line = call.arguments.join(" ");
  expect(line).toContain("--tag localhost:5000/brain:1 --tag localhost:5000/brain:main");
  expect(line).toContain("--build-arg OPEN=1 --build-arg TOKEN --target run --platform linux/arm64 --network host");
  expect(line).not.toContain("hunter2");
  expect(call.environment).toEqual({ DOCKER_BUILDKIT: "1", TOKEN: "hunter2" });
  expect(buildCall(image, "classic").environment["DOCKER_BUILDKIT"]).toBe("0");
});

test("what takes BuildKit itself is known to be missing", () => {
  const inputs = { tags: [], cacheTo: [{ registry: { ref: "r.test/cache" } }], secrets: { npm: "x" }, push: true };
  expect(unknownInputs(inputs)).toEqual(["cacheTo", "secrets"]);
});

test("the registry is the first part of a name that looks like a host", () => {
  expect(registryOf("localhost:5000/a/b:1")).toBe("localhost:5000");
  expect(registryOf("ghcr.io/a/b")).toBe("ghcr.io");
  expect(registryOf("team/image")).toBe("docker.io");
});

test("a reference is taken apart, the registry's port and all", () => {
  const digest = `sha256:${"a1".repeat(32)}`;
  expect(parseReference(`localhost:5000/a/b:1@${digest}`)).toEqual({
    registry: "localhost:5000",
    repository: "a/b",
    tag: "1",
    digest,
  });
  expect(parseReference("localhost:5000/a/b")).toEqual({ registry: "localhost:5000", repository: "a/b" });
});

test("the digest is what the push reports", () => {
  const digest = `sha256:${"a1".repeat(32)}`;
  expect(pushedDigest(`abc: Pushed\nlatest: digest: ${digest} size: 528`)).toBe(digest);
  expect(pushedDigest("denied")).toBeUndefined();
});
