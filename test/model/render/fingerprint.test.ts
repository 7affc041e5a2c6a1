import { describe, expect, it } from "vitest";
import {
  replacePlaceholders,
  imagePlaceholder,
  secretHashPlaceholder,
  secretPlaceholder,
} from "../../../model/placeholder.ts";
import { fingerprints, type FingerprintSources } from "../../../model/render/fingerprint.ts";

const sources: FingerprintSources = {
  images: {
    "shop/cart": {
      kind: "build",
      repository: "registry.test/shop/cart",
      context: "../cart",
      dockerfile: "docker/python/Dockerfile",
      arguments: {},
    },
    redis: { kind: "pinned", reference: "registry.test/redis@sha256:abc" },
  },
  secrets: [
    { key: "shop.API_KEY", source: { from: "config" } },
    { key: "shop.TOKEN", source: { from: "config" } },
    { key: "shop.SESSION", source: { from: "random", length: 32 } },
  ],
  configured: { "shop.API_KEY": "v1:nonce:ciphertext" },
  key: Buffer.from("test"),
};

const text = (placeholder: string, change: Partial<FingerprintSources> = {}) =>
  replacePlaceholders(placeholder, fingerprints({ ...sources, ...change }));

describe("a fingerprint of a configured secret", () => {
  const apiKey = secretPlaceholder("shop.API_KEY");

  it("names the secret and stands in the text around it", () => {
    expect(text(`postgresql://${apiKey}@db`)).toMatch(
      /^postgresql:\/\/<secret shop\.API_KEY: configured, [0-9a-f]{16}>@db$/,
    );
  });

  it("is the same for the same ciphertext and another for another", () => {
    expect(text(apiKey)).toBe(text(apiKey));
    expect(text(apiKey, { configured: { "shop.API_KEY": "v1:nonce:other" } })).not.toBe(text(apiKey));
  });

  it("tells nothing to those who lack the key: with another key it is another", () => {
    expect(text(apiKey, { key: Buffer.from("another") })).not.toBe(text(apiKey));
  });

  it("does not tell which secrets have the same value", () => {
    const same = { configured: { "shop.API_KEY": "v1:same", "shop.TOKEN": "v1:same" } };
    const digits = (one: unknown) => /[0-9a-f]{16}/.exec(String(one))?.[0];
    expect(digits(text(apiKey, same))).not.toBe(digits(text(secretPlaceholder("shop.TOKEN"), same)));
  });

  it("shows nothing of what the stack file holds", () => {
    expect(text(apiKey, { configured: { "shop.API_KEY": "hunter2" } })).not.toContain("hunter2");
  });

  it("says so where the stack file holds none", () => {
    expect(text(secretPlaceholder("shop.TOKEN"))).toBe("<secret shop.TOKEN: not in the stack file>");
  });
});

describe("a fingerprint of a generated secret", () => {
  it("changes with what is declared of it", () => {
    const session = secretPlaceholder("shop.SESSION");
    const longer = { secrets: [{ key: "shop.SESSION", source: { from: "random" as const, length: 64 } }] };
    expect(text(session)).toMatch(/^<secret shop\.SESSION: generated, [0-9a-f]{16}>$/);
    expect(text(session, longer)).not.toBe(text(session));
  });
});

describe("a fingerprint of a hash over secrets", () => {
  it("changes when one of them does", () => {
    const both = secretHashPlaceholder(["shop.API_KEY", "shop.SESSION"]);
    expect(text(both)).toMatch(/^<hash of secrets: [0-9a-f]{16}>$/);
    expect(text(both, { configured: { "shop.API_KEY": "v1:nonce:other" } })).not.toBe(text(both));
  });
});

describe("an image", () => {
  it("that is pinned is its reference", () => {
    expect(text(imagePlaceholder("redis"))).toBe("registry.test/redis@sha256:abc");
  });

  it("that is to be built says where it goes and what it is built from", () => {
    expect(text(imagePlaceholder("shop/cart"))).toBe(
      "registry.test/shop/cart@<digest of ../cart by docker/python/Dockerfile>",
    );
  });
});
