import { expect, test } from "vitest";
import { daemonProblem, registryProblem } from "../../../toolchain/providers/docker/locality.ts";
import { requireLoopback } from "../../../toolchain/providers/kubernetes/connection.ts";
import { isLoopback } from "../../../toolchain/providers/loopback.ts";

test.each(["127.0.0.1", "127.8.4.2", "::1", "[::1]", "localhost", "LOCALHOST"])("%s is loopback", (host) => {
  expect(isLoopback(host)).toBe(true);
});

test.each([
  "10.0.0.1",
  "128.0.0.1",
  "0.0.0.0",
  "::",
  "::ffff:10.0.0.1",
  "localhost.example.com",
  "127.0.0.1.nip.io",
  "",
])("%s is not", (host) => {
  expect(isLoopback(host)).toBe(false);
});

test("an API server beyond loopback is refused, with what to do instead", () => {
  expect(() => {
    requireLoopback(new URL("https://10.96.0.1:443"));
  }).toThrow(/10\.96\.0\.1 is not on the loopback interface\. Install the official plugin/);
  expect(() => {
    requireLoopback(new URL("https://127.0.0.1:6443"));
  }).not.toThrow();
});

test("images are built on this machine's daemon only", () => {
  expect(daemonProblem("")).toBeUndefined();
  expect(daemonProblem("unix:///run/fleet/docker.sock")).toBeUndefined();
  expect(daemonProblem("tcp://127.0.0.1:2375")).toBeUndefined();
  expect(daemonProblem("tcp://build.example.com:2376")).toMatch(/not on tcp:\/\/build\.example\.com/);
  expect(daemonProblem("ssh://root@build")).toMatch(/not on ssh/);
});

test("images are pushed to a loopback registry only", () => {
  const push = (imageName: string, server?: string) =>
    registryProblem({ imageName, skipPush: false, registry: server === undefined ? {} : { server } });
  expect(push("localhost:5000/brain:1")).toBeUndefined();
  expect(push("team/brain:1")).toMatch(/docker\.io is not/);
  expect(push("ghcr.io/team/brain:1")).toMatch(/ghcr\.io is not/);
  expect(push("localhost:5000/brain:1", "https://ghcr.io")).toMatch(/ghcr\.io is not/);
  expect(registryProblem({ imageName: "ghcr.io/team/brain:1", skipPush: true, registry: {} })).toBeUndefined();
});
