import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { digestOf } from "../../../delivery/registry/repository.ts";
import { debianComponents } from "../../../delivery/sbom/debian-status.ts";
import { sbomDocument } from "../../../delivery/sbom/document.ts";
import { goComponents } from "../../../delivery/sbom/go-build.ts";
import { mergeLayers, readLayer } from "../../../delivery/sbom/layer.ts";
import { npmLockComponents } from "../../../delivery/sbom/npm-lock.ts";
import { debianPackage, layerOf } from "./layers.ts";

const lockFile = JSON.parse(readFileSync(join(import.meta.dirname, "../../../package-lock.json"), "utf8")) as {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean }>>;
};
const subject = { name: "fleet", version: "0.1.0", kind: "application" } as const;
const purls = (components: readonly { readonly purl: string }[]) => components.map(({ purl }) => purl);

describe("a bill of materials", () => {
  const text = sbomDocument(subject, npmLockComponents(lockFile));

  it("is the same text for the same contents, in whatever order they were found", () => {
    const components = npmLockComponents(lockFile);
    expect(sbomDocument(subject, components.toReversed())).toBe(text);
    expect(text).not.toMatch(/timestamp|serialNumber/);
  });

  it("of the program names what runs with it, with the hash that npm compares, and no development tool", () => {
    const found = purls(npmLockComponents(lockFile));
    expect(found).toContain(`pkg:npm/%40pulumi/pulumi@${lockFile.packages["node_modules/@pulumi/pulumi"]?.version}`);
    expect(found.filter((purl) => /\/(vitest|eslint|prettier)@/.test(purl))).toEqual([]);
    expect(npmLockComponents(lockFile).every(({ sha512 }) => /^[0-9a-f]{128}$/.test(sha512 ?? ""))).toBe(true);
  });

  it("of a Go program names its modules, what replaces one, and the standard library", () => {
    const info = {
      GoVersion: "go1.26.8",
      Main: { Path: "fleet.local/toolchain/x", Version: "(devel)" },
      Deps: [
        { Path: "k8s.io/api", Version: "v0.36.3", Sum: "h1:x" },
        {
          Path: "github.com/forked/tool",
          Version: "v0.0.0",
          Replace: { Path: "github.com/fork/tool", Version: "v2.2.1" },
        },
      ],
    };
    expect(purls(goComponents(info))).toEqual([
      "pkg:golang/github.com/fork/tool@v2.2.1",
      "pkg:golang/k8s.io/api@v0.36.3",
      "pkg:golang/stdlib@v1.26.8",
    ]);
    expect(goComponents(undefined)).toEqual([]);
  });

  it("names the Debian packages that are installed, with the source that Debian tells vulnerabilities by", () => {
    const status = [
      debianPackage("openssl", "3.5.1-1+deb13u1"),
      debianPackage("libssl3t64", "3.5.1-1+deb13u1").replace("Maintainer:", "Source: openssl (3.5.1-1)\nMaintainer:"),
      debianPackage("gone", "1.0", "deinstall ok config-files"),
    ].join("");
    expect(purls(debianComponents(status))).toEqual([
      "pkg:deb/debian/libssl3t64@3.5.1-1+deb13u1?arch=amd64&upstream=openssl",
      "pkg:deb/debian/openssl@3.5.1-1+deb13u1?arch=amd64",
    ]);
  });
});

describe("the software in an image", () => {
  const mediaType = "application/vnd.oci.image.layer.v1.tar+gzip";
  const read = async (files: Readonly<Record<string, string>>) => {
    const layer = await layerOf(files);
    const stream = new Blob([new Uint8Array(layer)]).stream();
    return readLayer(stream, { digest: digestOf(layer), mediaType }, () => Promise.resolve(undefined));
  };
  const npm = (name: string, version: string) => JSON.stringify({ name, version, license: "MIT" });

  it("is what Debian, npm and Python have written down, and no package.json of another kind", async () => {
    const layer = await read({
      "./var/lib/dpkg/status": debianPackage("base-files", "13.8"),
      "app/package.json": npm("app", "1.0.0"),
      "app/node_modules/@hono/node-server/package.json": npm("@hono/node-server", "2.1.8"),
      "app/node_modules/pg/lib/package.json": JSON.stringify({ type: "module" }),
      "app/node_modules/pg/package.json": npm("pg", "8.23.1"),
      "opt/venv/lib/python3.13/site-packages/fastapi-0.120.0.dist-info/METADATA": "Name: fastapi\nVersion: 0.120.0\n",
    });
    expect(purls(mergeLayers([layer])).sort()).toEqual([
      "pkg:deb/debian/base-files@13.8?arch=amd64",
      "pkg:npm/%40hono/node-server@2.1.8",
      "pkg:npm/pg@8.23.1",
      "pkg:pypi/fastapi@0.120.0",
    ]);
  });

  it("is what the upper layers leave of the lower ones", async () => {
    const lower = await read({
      "var/lib/dpkg/status": debianPackage("curl", "1"),
      "app/node_modules/a/package.json": npm("a", "1.0.0"),
      "app/node_modules/b/package.json": npm("b", "1.0.0"),
      "srv/node_modules/c/package.json": npm("c", "1.0.0"),
    });
    const upper = await read({
      "var/lib/dpkg/status": debianPackage("curl", "2"),
      "app/node_modules/.wh.a": "",
      "srv/.wh..wh..opq": "",
      "srv/node_modules/d/package.json": npm("d", "1.0.0"),
    });
    expect(purls(mergeLayers([lower, upper])).sort()).toEqual([
      "pkg:deb/debian/curl@2?arch=amd64",
      "pkg:npm/b@1.0.0",
      "pkg:npm/d@1.0.0",
    ]);
  });

  it("is not told from a layer that does not have its digest, or is no archive", async () => {
    const layer = new Uint8Array(await layerOf({ "app/node_modules/a/package.json": npm("a", "1.0.0") }));
    const reading = (bytes: Uint8Array<ArrayBuffer>, digest: string) =>
      readLayer(new Blob([bytes]).stream(), { digest, mediaType }, () => Promise.resolve(undefined));
    await expect(reading(layer, `sha256:${"0".repeat(64)}`)).rejects.toThrow("has the digest sha256:");
    await expect(reading(new TextEncoder().encode("no archive"), "sha256:any")).rejects.toThrow("incorrect header");
  });
});
