import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sbom } from "../../../delivery/cli/commands/sbom.ts";
import { debianPackage, layerOf } from "../../delivery/sbom/layers.ts";
import { pushImage, startRegistry, type RunningRegistry } from "./registry.ts";

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

let registry: RunningRegistry;
let out = "";
beforeAll(async () => {
  registry = await startRegistry();
  out = await mkdtemp(join(tmpdir(), "fleet-sbom-"));
});
afterAll(async () => {
  await registry.stop();
  await rm(out, { recursive: true, force: true });
});

describe("fleet sbom", () => {
  it("writes valid CycloneDX of the program, of each Go program here, and of an image in a registry", async () => {
    const image = await pushImage(registry.address, "shop/cart", [
      await layerOf({ "var/lib/dpkg/status": debianPackage("base-files", "13.8") }),
      await layerOf({ "app/node_modules/pg/package.json": JSON.stringify({ name: "pg", version: "8.23.1" }) }),
    ]);
    const terminal = { color: false, result: () => undefined, note: () => undefined, progress: () => undefined };
    await sbom({ stack: "dev", json: true, images: [image.reference], out }, terminal);

    const files = await readdir(out);
    expect(files).toContain("fleet.cdx.json");
    for (const file of files)
      expect(await validator.validate(await readFile(join(out, file), "utf8")), file).toBeNull();

    const written = files.find((file) => file.startsWith("shop-cart-")) ?? "";
    const text = await readFile(join(out, written), "utf8");
    expect(JSON.parse(text)).toMatchObject({
      bomFormat: "CycloneDX",
      specVersion: "1.6",
      metadata: { component: { type: "container", version: image.digest } },
      components: [
        { type: "library", purl: "pkg:deb/debian/base-files@13.8?arch=amd64" },
        { type: "library", purl: "pkg:npm/pg@8.23.1" },
      ],
    });
    expect(await validator.validate(text.replace('"bomFormat"', '"bomFromat"'))).not.toBeNull();
  });
});
