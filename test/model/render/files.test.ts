import { describe, expect, it } from "vitest";
import { defineService } from "../../../model/declaration/service.ts";
import { expectResolved, issuesOf, resolve, shop } from "../stack-fixtures.ts";
import { objectOf, renderedObjects } from "./rendered-stack.ts";

const rules = "/etc/till/rules.yaml";
const till = (files: Record<string, string>) =>
  shop({
    services: [
      defineService({
        name: "till",
        seeds: [],
        language: "node",
        port: 8000,
        files,
        volumes: { index: { mountPath: "/index", size: "1Gi", accessMode: "ReadWriteOnce" } },
      }),
    ],
  });
const resolved = (files: Record<string, string>, settings = "{}") =>
  resolve([till(files)], `shop: { services: { till: ${settings} } }`);
const render = (files: Record<string, string>, settings?: string) =>
  renderedObjects(expectResolved(resolved(files, settings)));
const template = (...args: Parameters<typeof render>) =>
  objectOf(render(...args), "Deployment", "shop-till").spec?.template;

describe("a service's files", () => {
  const files = { [rules]: "rate: 7\n", "/srv/motd": "hello" };

  it("stand in a ConfigMap of their own", () => {
    expect(objectOf(render(files), "ConfigMap", "shop-till-files").data).toEqual({
      "etc_till_rules.yaml": "rate: 7\n",
      srv_motd: "hello",
    });
  });

  it("are mounted at their paths, read-only", () => {
    const spec = template(files)?.spec;
    expect(spec?.volumes).toContainEqual({ name: "files", configMap: { name: "shop-till-files", defaultMode: 0o444 } });
    expect(spec?.containers[0]?.volumeMounts).toEqual(
      expect.arrayContaining([
        { name: "files", mountPath: rules, subPath: "etc_till_rules.yaml", readOnly: true },
        { name: "files", mountPath: "/srv/motd", subPath: "srv_motd", readOnly: true },
      ]),
    );
  });

  it("roll the pods when one of them changes, and only then", () => {
    const hash = (text: string) => template({ [rules]: text })?.metadata?.annotations?.["fleet.dev/files-hash"];
    expect(hash("rate: 7")).toMatch(/^[0-9a-f]{16}$/);
    expect(hash("rate: 7")).toBe(hash("rate: 7"));
    expect(hash("rate: 7")).not.toBe(hash("rate: 19"));
  });

  it("may be another text in a stack", () => {
    const objects = render(files, `{ files: { ${rules}: "rate: 0" } }`);
    expect(objectOf(objects, "ConfigMap", "shop-till-files").data).toMatchObject({ "etc_till_rules.yaml": "rate: 0" });
  });

  it("leave no trace where there are none", () => {
    expect([...render({}).keys()]).not.toContain("ConfigMap/shop-till-files");
    expect(template({})?.spec?.volumes?.map(({ name }) => name)).toEqual(["tmp", "index"]);
  });
});

describe("files that cannot be", () => {
  it.each([
    ["no absolute path", "etc/rules", /absolute path/],
    ["a way out of its directory", "/etc/../passwd", /absolute path/],
    ["a directory", "/etc/till/", /absolute path/],
    ["below /tmp", "/tmp/rules", /outside \/tmp/],
  ])("are an issue: %s", (_what, path, allowed) => {
    expect(issuesOf(resolved({ [path]: "x" }))[0]).toMatchObject({
      path: expect.stringContaining("fleet:platforms.shop.services.till.files") as string,
      allowed: expect.stringMatching(allowed) as string,
    });
  });

  it("are an issue on a volume, and where two would be one key or one the other's directory", () => {
    const problems = (files: Record<string, string>) => issuesOf(resolved(files)).map(({ problem }) => problem);
    expect(problems({ "/index/rules": "x" })).toEqual(["stands on the volume at /index"]);
    expect(problems({ "/etc/a_b": "x", "/etc/a/b": "y" })).toEqual(["gets in the way of /etc/a_b"]);
    expect(problems({ "/etc/a": "x", "/etc/a/b": "y" })).toEqual(["gets in the way of /etc/a/b"]);
  });

  it("are an issue where a ConfigMap could not hold them", () => {
    expect(issuesOf(resolved({ [rules]: "x".repeat(2 ** 20 + 1) }))).toEqual([
      expect.objectContaining({ problem: "the files do not fit into a ConfigMap", value: "1048577 bytes" }),
    ]);
  });
});
