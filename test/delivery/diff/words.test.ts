import { describe, expect, it } from "vitest";
import type { PlainObject } from "../../../model/overlay.ts";
import { objectChanges } from "../../../delivery/diff/object-changes.ts";
import { changeLines } from "../../../delivery/diff/words.ts";
import { deploymentWith, objectOf } from "./snapshot-fixtures.ts";

function lines(before: PlainObject, after: PlainObject): readonly string[] {
  return changeLines(objectChanges([objectOf(before)], [objectOf(after)])).map(({ text, also }) =>
    [text, ...also].join("; "),
  );
}

const configMap = (data: PlainObject): PlainObject => ({ kind: "ConfigMap", metadata: { name: "cart" }, data });
const secret = (stringData: PlainObject): PlainObject => ({ kind: "Secret", metadata: { name: "cart" }, stringData });

describe("a changed field in words", () => {
  it.each<[string, PlainObject, PlainObject, string]>([
    [
      "a limit",
      deploymentWith({ resources: { limits: { memory: "512Mi" } } }),
      deploymentWith({ resources: { limits: { memory: "768Mi" } } }),
      "memory limit 512Mi → 768Mi",
    ],
    ["replicas", deploymentWith({}, { replicas: 1 }), deploymentWith({}, { replicas: 0 }), "replicas 1 → 0"],
    [
      "a probe",
      deploymentWith({ livenessProbe: { periodSeconds: 10 } }),
      deploymentWith({ livenessProbe: { periodSeconds: 5 } }),
      "liveness probe's period 10 s → 5 s",
    ],
    ["a new variable", configMap({}), configMap({ MODE: "fast" }), "variable MODE added: fast"],
    ["a variable that is gone", configMap({ MODE: "fast" }), configMap({}), "variable MODE removed (was fast)"],
    ["an empty value", configMap({ MODE: "" }), configMap({ MODE: "fast" }), 'variable MODE "" → fast'],
    [
      "a URL",
      configMap({ CRM_URL: "http://crm.shop.svc.cluster.local:8004" }),
      configMap({ CRM_URL: "http://crm.shop.svc.cluster.local:9004" }),
      "variable CRM_URL …:8004 → …:9004",
    ],
    [
      "JSON in a variable",
      configMap({ CONTRACT: '{"health":{"live":"/live","ready":"/ready"}}' }),
      configMap({ CONTRACT: '{"health":{"live":"/alive","ready":"/ready"}}' }),
      "variable CONTRACT: health.live /live → /alive",
    ],
    ["a file", configMap({ "a.conf": "x\ny\n" }), configMap({ "a.conf": "x\nz\n" }), "file a.conf changed"],
    [
      "what no one has named",
      { kind: "Widget", spec: { colour: { inner: "red" } } },
      { kind: "Widget", spec: { colour: { inner: "blue" } } },
      "colour.inner red → blue",
    ],
  ])("of %s", (_what, before, after, words) => {
    expect(lines(before, after)).toEqual([words]);
  });

  it("names fields that change alike once, the most telling first", () => {
    const withPort = (port: number) =>
      deploymentWith({ readinessProbe: { httpGet: { port } }, ports: [{ name: "http", containerPort: port }] });
    expect(lines(withPort(8004), withPort(9004))).toEqual(["port 8004 → 9004; readiness probe's port"]);
  });

  it("follows an element of a list by its name, not by its place", () => {
    const container = { env: [{ name: "A", value: "1" }] };
    const more = {
      env: [
        { name: "B", value: "2" },
        { name: "A", value: "1" },
      ],
    };
    expect(lines(deploymentWith(container), deploymentWith(more))).toEqual(["variable B added"]);
  });

  it("says so where only the order of a list differs", () => {
    const inOrder = (...names: readonly string[]) =>
      deploymentWith({ env: names.map((name) => ({ name, value: "1" })) });
    expect(lines(inOrder("A", "B"), inOrder("B", "A"))).toEqual(["the order of a list changes"]);
  });

  it("tells a network policy by its peers", () => {
    const policy = (port: number): PlainObject => ({
      kind: "NetworkPolicy",
      spec: {
        ingress: [
          {
            from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "front" } } }],
            ports: [{ port, protocol: "TCP" }],
          },
        ],
      },
    });
    expect(lines(policy(80), policy(81))).toEqual(["lets in front 80 → 81"]);
  });

  it("leaves out hashes that only follow what changed", () => {
    const hashed = (hash: string): PlainObject => ({
      kind: "Deployment",
      spec: { template: { metadata: { annotations: { "fleet.dev/config-hash": hash } } } },
    });
    expect(lines(hashed("a"), hashed("b"))).toEqual([]);
  });

  it("cuts a long value in the middle", () => {
    const [line = ""] = lines(configMap({ A: "x".repeat(500) }), configMap({ A: "y".repeat(500) }));
    expect(line.length).toBeLessThan(150);
    expect(line).toContain("…");
  });
});

describe("a secret", () => {
  const url = (host: string, mark: string) =>
    `postgresql://app:<secret shop.PASSWORD: configured, ${mark}>@${host}/shop`;

  it("with another fingerprint has a new value, and shows neither", () => {
    expect(lines(secret({ URL: url("db", "aa11") }), secret({ URL: url("db", "bb22") }))).toEqual([
      "secret URL has a new value",
    ]);
  });

  it("that is the same in another text says that", () => {
    expect(lines(secret({ URL: url("db", "aa11") }), secret({ URL: url("db2", "aa11") }))).toEqual([
      "secret URL changes around the same secret value",
    ]);
  });

  it("never shows a value that somebody wrote into it", () => {
    expect(lines(secret({ A: "hunter2" }), secret({ A: "hunter3", B: "hunter4" })).join()).not.toContain("hunter");
  });
});
