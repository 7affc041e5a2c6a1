import { expect, test } from "vitest";
import {
  isPath,
  kubernetesSettings,
  settingsThatReplace,
} from "../../../../toolchain/providers/kubernetes/settings.ts";
import { named } from "../../../../toolchain/providers/kubernetes/naming.ts";
import { tokenProblem, gvkOfToken } from "../../../../toolchain/providers/kubernetes/type-token.ts";
import { decodeYaml } from "../../../../toolchain/providers/kubernetes/yaml.ts";

const kubeconfig = (server: string, user = "a") =>
  JSON.stringify({
    "current-context": "local",
    contexts: [{ name: "local", context: { cluster: "c", user } }],
    clusters: [{ name: "c", cluster: { server } }],
  });

test("a switch is set by the program, else by the environment; it is off by default", () => {
  const environment = { PULUMI_K8S_DELETE_UNREACHABLE: "true" };
  expect(kubernetesSettings(new Map(), environment).deleteUnreachable).toBe(true);
  expect(kubernetesSettings(new Map([["deleteUnreachable", "false"]]), environment).deleteUnreachable).toBe(false);
  expect(kubernetesSettings(new Map(), {}).enableSecretMutable).toBe(false);
});

test("a kubeconfig is a path or its content", () => {
  expect(isPath("/etc/kube/config")).toBe(true);
  expect(isPath("config.yaml")).toBe(true);
  expect(isPath("apiVersion: v1\nkind: Config\n")).toBe(false);
  expect(isPath(kubeconfig("https://127.0.0.1:6443"))).toBe(false);
});

test("another cluster in the kubeconfig replaces everything; another user or another path does not", () => {
  const before = { kubeconfig: kubeconfig("https://127.0.0.1:1") };
  expect(settingsThatReplace(before, { kubeconfig: kubeconfig("https://127.0.0.1:2") })).toEqual(["kubeconfig"]);
  expect(settingsThatReplace(before, { kubeconfig: kubeconfig("https://127.0.0.1:1", "b") })).toEqual([]);
  expect(settingsThatReplace({ kubeconfig: "/a" }, { kubeconfig: "/b" })).toEqual([]);
});

test("clusterIdentifier decides where both have one", () => {
  const [one, two] = [kubeconfig("https://127.0.0.1:1"), kubeconfig("https://127.0.0.1:2")];
  const replaces = (a: string, b: string) =>
    settingsThatReplace({ kubeconfig: one, clusterIdentifier: a }, { kubeconfig: two, clusterIdentifier: b });
  expect(replaces("x", "x")).toEqual([]);
  expect(replaces("x", "y")).toEqual(["clusterIdentifier"]);
});

test("an object without a name gets one, the same in preview and update, and keeps it", () => {
  const seed = new Uint8Array([1, 2, 3]);
  const first = named({ metadata: {} }, {}, "brain", seed);
  expect(first).toMatchObject({ metadata: { name: expect.stringMatching(/^brain-[0-9a-f]{8}$/) as string } });
  expect(named({ metadata: {} }, {}, "brain", seed)).toEqual(first);
  expect(named({ metadata: {} }, first, "brain", new Uint8Array([9]))).toEqual(first);
  expect(named({ metadata: { name: "own" } }, first, "brain", seed)).toEqual({ metadata: { name: "own" } });
});

test("a type token names API version and kind; what the stand-in lacks is refused with the way out", () => {
  expect(gvkOfToken("kubernetes:core/v1:Pod")).toEqual({ apiVersion: "v1", kind: "Pod" });
  expect(gvkOfToken("kubernetes:apps/v1:Deployment")).toEqual({ apiVersion: "apps/v1", kind: "Deployment" });
  expect(tokenProblem("kubernetes:helm.sh/v3:Release")).toMatch(/no Helm support: install the official plugin/);
  expect(tokenProblem("kubernetes:apps/v1:DeploymentPatch")).toMatch(/no DeploymentPatch/);
  expect(tokenProblem("kubernetes:apps/v1:Deployment")).toBeUndefined();
});

test("YAML is taken apart into objects, lists included", () => {
  const text = "kind: A\nmetadata: {name: a}\n---\nkind: BList\nitems: [{kind: B, metadata: {namespace: own}}]\n---\n";
  expect(decodeYaml({ text, defaultNamespace: "shop" })).toEqual({
    result: [
      { kind: "A", metadata: { name: "a", namespace: "shop" } },
      { kind: "B", metadata: { namespace: "own" } },
    ],
  });
  expect(() => decodeYaml({ text: "a: [" })).toThrow(/the YAML cannot be read/);
});
