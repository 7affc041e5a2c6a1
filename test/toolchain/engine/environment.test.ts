import { expect, test } from "vitest";
import { engineEnvironment } from "../../../toolchain/engine/resolve.ts";
import { shimScripts } from "../../../toolchain/engine/shims.ts";

test("the chosen CLI and its shims come first on PATH, each folder once", () => {
  const { PATH } = engineEnvironment("/cache/abc", "/usr/bin/pulumi", [], "/usr/local/bin:/usr/bin:/bin");
  expect(PATH).toBe("/cache/abc/bin:/usr/bin:/usr/local/bin:/bin");
});

test("plugin downloads are switched off only where a stand-in replaces one that cannot be had", () => {
  const off = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION";
  expect(engineEnvironment("/c", "/p/pulumi", ["docker"], "")[off]).toBe("true");
  expect(engineEnvironment("/c", "/p/pulumi", [], "")).not.toHaveProperty(off);
});

test("just the missing plugins have a shim, so that an installed official one wins", () => {
  expect(Object.keys(shimScripts(["docker"], false))).toEqual(["pulumi-resource-docker"]);
  expect(shimScripts(["docker"], false)["pulumi-resource-docker"]).toMatch(/bin\/stand-in\.js' docker "\$@"\n$/);
});

test("CrossGuard's host has a shim where the language host is missing", () => {
  expect(Object.keys(shimScripts([], true))).toEqual(["pulumi-analyzer-policy-nodejs"]);
  expect(shimScripts([], false)).toEqual({});
});
