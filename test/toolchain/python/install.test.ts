import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { environmentName } from "../../../toolchain/python/install.ts";

const FILE = join(import.meta.dirname, "../../../toolchain/python/checkov/requirements.txt");

describe("a Python tool's environment", () => {
  it("is named by the tool's version and by all its pins", () => {
    const pins = "checkov==3.3.30 \\\n    --hash=sha256:aa\nrequests==2.0.0\n";
    expect(environmentName("checkov", pins)).toMatch(/^checkov-3\.3\.30-[0-9a-f]{12}$/);
    expect(environmentName("checkov", pins)).not.toBe(environmentName("checkov", pins.replace("2.0.0", "2.0.1")));
  });

  it("must pin the tool itself", () => {
    expect(() => environmentName("checkov", "requests==2.0.0\n")).toThrow("does not pin checkov");
  });

  it("has a hash for each of its packages", async () => {
    const packages = (await readFile(FILE, "utf8")).replaceAll(/\\\n\s*/g, " ").match(/^[a-z0-9].*$/gim) ?? [];
    expect(packages.length).toBeGreaterThan(50);
    expect(packages.filter((line) => !/==\S+.*--hash=sha256:[0-9a-f]{64}/.test(line))).toEqual([]);
  });
});
