import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseSettings } from "../../../model/settings/parse.ts";
import { EXAMPLE_PUBLIC_KEY } from "../../../model/settings/public-key.ts";

const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
const privatePem = p256.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const ed25519 = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString();

const issuesOf = (publicKeys: unknown) =>
  parseSettings({
    values: { images: { registry: "registry.test", verification: { publicKeys } }, platforms: {} },
    secrets: [],
  }).issues;

describe("a key that vouches for images", () => {
  it("is an ECDSA P-256 public key", () => {
    expect(issuesOf([EXAMPLE_PUBLIC_KEY])).toEqual([]);
  });

  it.each([
    ["of another kind", ed25519],
    ["cut short", EXAMPLE_PUBLIC_KEY.slice(0, 60)],
    ["a file's name", "keys/fleet.pub"],
  ])("is refused when it is %s", (_, key) => {
    expect(issuesOf([key])).toEqual([
      {
        path: "fleet:images.verification.publicKeys.0",
        problem: "not acceptable",
        value: key,
        allowed: "an ECDSA P-256 public key in PEM, as `openssl pkey -pubout` writes it",
        fix: "pulumi config set --path 'fleet:images.verification.publicKeys.0' VALUE",
      },
    ]);
  });

  it("is refused when it is the private one, which is not shown", () => {
    const [issue] = issuesOf([privatePem]);
    expect(issue?.path).toBe("fleet:images.verification.publicKeys.0");
    expect(JSON.stringify(issue)).not.toContain(privatePem.split("\n")[1]);
  });

  it("must be there where signatures are asked for", () => {
    expect(issuesOf([]).map(({ path }) => path)).toEqual(["fleet:images.verification.publicKeys"]);
  });
});
