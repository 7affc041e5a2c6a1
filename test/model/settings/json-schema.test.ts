import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { settingReferences } from "../../../model/settings/reference.ts";
import { stackFileJsonSchema } from "../../../model/settings/json-schema.ts";
import { stackFile } from "../stack-fixtures.ts";

const validate = new Ajv({ keywords: ["x-key"], formats: { cidrv4: true }, allErrors: true }).compile(
  stackFileJsonSchema(),
);

/** Where an editor would underline something, and why. */
function complaints(content: unknown): readonly string[] {
  validate(content);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message ?? ""}`);
}

const withPlatform = (platform: unknown, rest: object = {}) => ({
  config: { "fleet:images": { registry: "registry.test" }, "fleet:platforms": { shop: platform }, ...rest },
});

describe("the JSON schema of a stack file", () => {
  it.each(["dev", "staging", "prod"] as const)("accepts the stack %s", (stack) => {
    expect(complaints(parse(stackFile(stack)))).toEqual([]);
  });

  it.each(["dev", "staging", "prod"] as const)("is named in the first line of the stack %s", (stack) => {
    expect(stackFile(stack).split("\n")[0]).toBe("# yaml-language-server: $schema=schema/stack.schema.json");
  });

  it("refuses an unknown key, at its place", () => {
    expect(complaints(withPlatform({ services: { cart: { prot: 80 } } }))).toEqual([
      "/config/fleet:platforms/shop/services/cart: must NOT have additional properties",
    ]);
  });

  it("refuses a wrong value, at its place", () => {
    expect(complaints(withPlatform({ services: { cart: { replicas: "two" } } }))).toEqual([
      "/config/fleet:platforms/shop/services/cart/replicas: must be integer",
    ]);
  });

  it("asks for what a stack must say", () => {
    expect(complaints({ config: { "fleet:platforms": {} } })).toEqual([
      "/config: must have required property 'fleet:images'",
    ]);
  });

  it("takes secrets only encrypted, and leaves other packages' settings alone", () => {
    const secrets = (value: unknown) =>
      withPlatform({}, { "fleet:secrets": { shop: { KEY: value } }, "aws:region": "x" });
    expect(complaints(secrets({ secure: "v1:abc" }))).toEqual([]);
    expect(complaints(secrets("hunter2"))).toEqual(["/config/fleet:secrets/shop/KEY: must be object"]);
  });
});

describe("the reference of settings", () => {
  const settings = settingReferences();

  it("gives every setting a meaning and a default", () => {
    const silent = settings.filter((one) => one.meaning === "" || one.default === "" || one.allowed === "");
    expect(silent.map(({ path }) => path)).toEqual([]);
    expect(settings.length).toBeGreaterThan(80);
  });

  it("gives an example of every value that is free", () => {
    const free = settings.filter(({ allowed, example }) => /^(text|whole|list)/.test(allowed) && example === undefined);
    expect(free.map(({ path }) => path)).toEqual([]);
  });

  it("takes a service's defaults from the house's standard", () => {
    const byPath = (path: string) => settings.find((one) => one.path.endsWith(path))?.default;
    expect(byPath("services.<service>.resources.memory.limit")).toBe("as declared, else `512Mi`");
    expect(byPath("services.<service>.probes.liveness.periodSeconds")).toBe("as declared, else `10`");
  });

  it("says of a setting of one kind only which kind that is", () => {
    expect(settings.find(({ path }) => path === "platforms.<platform>.expose.domain")).toMatchObject({
      default: "required",
      meaning: "Only with `kind: ingress`. The services' hosts are labels below it: `crm.<domain>`.",
    });
  });

  it("names no path twice but where several kinds share it", () => {
    const paths = settings.map(({ path }) => path);
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([]);
  });
});
