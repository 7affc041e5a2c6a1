import { expect, test } from "vitest";
import { buildCall, pushedDigest } from "../../../../toolchain/providers/docker/build-command.ts";
import { imageInputs, registryOf, repositoryOf } from "../../../../toolchain/providers/docker/image-inputs.ts";
import { secret } from "../../../../toolchain/providers/protocol/values.ts";

test("the Dockerfile is the one in the context unless the program names another", () => {
  expect(imageInputs({ imageName: "a", build: { context: "app" } }).dockerfile).toBe("app/Dockerfile");
  expect(imageInputs({ imageName: "a", build: { context: "app", dockerfile: "docker/node" } }).dockerfile).toBe(
    "docker/node",
  );
});

test("a build gets its arguments, target, platform and network; secret arguments stay off the command line", () => {
  const image = imageInputs({
    imageName: "localhost:5000/brain:1",
    build: { context: ".", args: { OPEN: "1", TOKEN: secret("hunter2") }, target: "run", network: "host" },
  });
  const call = buildCall(image);
  const line = call.arguments.join(" ");
  expect(line).toContain("--build-arg OPEN=1 --build-arg TOKEN --target run --network host");
  expect(line).not.toContain("hunter2");
  expect(call.environment).toEqual({ DOCKER_BUILDKIT: "1", TOKEN: "hunter2" });
});

test("the registry is the first part of a name that looks like a host", () => {
  expect(registryOf("localhost:5000/a/b:1")).toBe("localhost:5000");
  expect(registryOf("ghcr.io/a/b")).toBe("ghcr.io");
  expect(registryOf("team/image")).toBe("docker.io");
});

test("the repository has neither tag nor digest, and keeps the registry's port", () => {
  expect(repositoryOf("localhost:5000/a/b:1")).toBe("localhost:5000/a/b");
  expect(repositoryOf("localhost:5000/a/b")).toBe("localhost:5000/a/b");
});

test("the digest is what the push reports", () => {
  const digest = `sha256:${"a1".repeat(32)}`;
  expect(pushedDigest(`abc: Pushed\nlatest: digest: ${digest} size: 528`)).toBe(digest);
  expect(pushedDigest("denied")).toBeUndefined();
});
