import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { setInYaml } from "../../../delivery/secrets/yaml-edit.ts";
import { stackFile } from "../../model/stack-fixtures.ts";

const TEXT = `# Two shops.
config:
  fleet:images: { registry: r.test/x } # where to
  fleet:platforms:
    shop: # with secrets
      secrets: # no calls
        KEY: { from: random, length: 20 } # a note
      services: {}
    stall: # nothing yet
`;

describe("setting a value in a stack file", () => {
  it("replaces one that is there, and nothing around it", () => {
    const changed = setInYaml(TEXT, ["config", "fleet:platforms", "shop", "secrets", "KEY"], {
      from: "random",
      length: 20,
      generation: 2,
    });
    expect(changed).toBe(TEXT.replace("length: 20 }", "length: 20, generation: 2 }"));
  });

  it("adds an entry to a map that is there, as its neighbours stand", () => {
    const changed = setInYaml(TEXT, ["config", "fleet:platforms", "shop", "secrets", "OTHER"], { from: "config" });
    expect(changed).toBe(TEXT.replace("        KEY:", "        OTHER: { from: config }\n        KEY:"));
    expect(setInYaml(TEXT, ["config", "fleet:images", "buildNetwork"], "host")).toContain(
      "fleet:images: { buildNetwork: host, registry: r.test/x } # where to",
    );
    expect(setInYaml(TEXT, ["encryptionsalt"], "v1:x")).toBe(TEXT.replace("config:", "encryptionsalt: v1:x\nconfig:"));
  });

  it("adds the maps that an entry needs", () => {
    const secure = { secure: "v1:cipher" };
    const changed = setInYaml(TEXT, ["config", "fleet:secrets", "shop", "KEY"], secure);
    expect(changed).toBe(
      TEXT.replace(
        "  fleet:images",
        '  "fleet:secrets": { shop: { KEY: { secure: v1:cipher } } }\n  fleet:images',
      ).replaceAll('"fleet:secrets"', "fleet:secrets"),
    );
  });

  it("works where a map has no entries yet", () => {
    const changed = setInYaml(TEXT, ["config", "fleet:platforms", "stall", "secrets", "KEY"], { from: "config" });
    expect(parse(changed)).toMatchObject({
      config: { "fleet:platforms": { stall: { secrets: { KEY: { from: "config" } } }, shop: { services: {} } } },
    });
  });

  it("changes one line of each of the fleet's own stack files", () => {
    for (const stack of ["dev", "staging", "prod"] as const) {
      const path = ["config", "fleet:platforms", "bizosaas", "secrets", "JWT_SECRET"];
      const before = stackFile(stack).split("\n");
      const after = setInYaml(stackFile(stack), path, { from: "random", length: 64, generation: 2 }).split("\n");
      expect(before.filter((line) => !after.includes(line))).toEqual([]);
      expect(after.length).toBe(before.length + 1);
    }
  });
});
