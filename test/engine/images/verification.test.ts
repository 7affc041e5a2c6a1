import { generateKeyPairSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, openRepository } from "../../../delivery/registry/repository.ts";
import { attachSignature, signDigest } from "../../../delivery/signature/sign.ts";
import { BUNDLE_TYPE } from "../../../delivery/signature/statement.ts";
import { verifyImage } from "../../../delivery/signature/verify.ts";
import program from "../../../index.ts";
import { overlay, type PlainObject } from "../../../model/overlay.ts";
import { register } from "../../components/recording-engine.ts";
import { bizosaasValues } from "../../model/stack-fixtures.ts";
import { pushImage, startRegistry, type RunningRegistry } from "./registry.ts";

const keyPair = () => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { privateKey, pem: publicKey.export({ type: "spki", format: "pem" }).toString() };
};
const ours = keyPair();
const theirs = keyPair();

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

const push = (name: string) => pushImage(registry.address, name, [Buffer.from(`layer of ${name}`)]);

describe("an image in a registry", () => {
  it("is verified by the signature that was stored beside it", async () => {
    const image = await push("signed");
    await attachSignature(image, await signDigest(image.digest, ours.privateKey));
    expect(await verifyImage(image, [ours.pem])).toEqual({ verified: true });
  });

  it("is refused without a signature", async () => {
    const image = await push("unsigned");
    expect(await verifyImage(image, [ours.pem])).toEqual({ verified: false, problem: "it has no signature" });
  });

  it("is refused with a signature of another key, until one of ours is there too", async () => {
    const image = await push("of-others");
    await attachSignature(image, await signDigest(image.digest, theirs.privateKey));
    expect(await verifyImage(image, [ours.pem])).toEqual({
      verified: false,
      problem: "its signature is of another key",
    });
    await attachSignature(image, await signDigest(image.digest, ours.privateKey));
    expect(await verifyImage(image, [ours.pem])).toEqual({ verified: true });
  });

  it("is refused with the signature of another image", async () => {
    const [signed, other] = [await push("one"), await push("other")];
    await attachSignature(other, await signDigest(signed.digest, ours.privateKey));
    expect(await verifyImage(other, [ours.pem])).toEqual({
      verified: false,
      problem: "its signature is of something else than its digest",
    });
  });

  it("is refused where something that is no signature lies beside it", async () => {
    const image = await push("littered");
    await attach(image, { artifactType: BUNDLE_TYPE, content: Buffer.from("not JSON"), annotations: {} });
    expect(await verifyImage(image, [ours.pem])).toEqual({
      verified: false,
      problem: "its signature is no Sigstore bundle",
    });
  });

  it("is refused when the registry's content no longer has its digest, signature or not", async () => {
    const image = await push("tampered");
    await attachSignature(image, await signDigest(image.digest, ours.privateKey));
    const file = registry.file(image.digest);
    await writeFile(file, (await readFile(file, "utf8")).replace("amd64", "arm64").replace("tar+gzip", "tar+gzop"));
    for (const keys of [[], [ours.pem]]) {
      const { verified, problem } = await verifyImage(image, keys);
      expect(verified).toBe(false);
      expect(problem).toMatch(/^what 127\.0\.0\.1:\d+ has under its digest has the digest sha256:[0-9a-f]{64}$/);
    }
  });

  it("is refused where the registry does not have it", async () => {
    const image = { ...(await push("known")), digest: `sha256:${"0".repeat(64)}` };
    expect((await verifyImage(image, [])).problem).toBe(`${registry.address} has no known@${image.digest}`);
  });

  it("is refused where no registry answers", async () => {
    const image = { registry: "127.0.0.1:9", repository: "any", digest: `sha256:${"0".repeat(64)}` };
    expect((await verifyImage(image, [])).problem).toMatch(/^127\.0\.0\.1:9 does not answer: /);
  });

  it("keeps every signature in one list", async () => {
    const image = await push("twice");
    for (const { privateKey } of [ours, theirs])
      await attachSignature(image, await signDigest(image.digest, privateKey));
    expect(await openRepository(image).referrers(image.digest, BUNDLE_TYPE)).toHaveLength(2);
  });
});

describe("a stack that asks for signatures", () => {
  /** Runs the program for a stack that pins this image, as the engine does. */
  const run = (digest: string) => {
    const dev = bizosaasValues("dev") as PlainObject & { readonly images: object };
    const pinned = { kind: "pinned", repository: `${registry.address}/crm`, digest };
    const values = {
      ...overlay(dev, { platforms: { bizosaas: { services: { crm: { image: pinned } } } } }),
      images: { ...dev.images, verification: { publicKeys: [ours.pem] } },
    };
    const config = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [`fleet:${key}`, JSON.stringify(value)]),
    );
    const outcome = () =>
      program().then(
        () => "registered",
        (error: unknown) => (error as Error).message,
      );
    return register(outcome, { config, stack: "dev" });
  };

  it("registers nothing while an image that it pins is not signed, and says which and what to do", async () => {
    const image = await push("crm");
    const refused = await run(image.digest);
    expect(refused.registrations).toEqual([]);
    expect(refused.result).toBe(
      [
        "1 problem found; nothing was changed.",
        "",
        "✗ fleet:platforms.bizosaas.services.crm.image: the image is refused: it has no signature",
        `  value:   "${image.reference}"`,
        "  allowed: an image that a key of fleet:images.verification.publicKeys has signed, by its digest",
        `  fix:     pin a digest that was signed; or, if you vouch for this one: fleet images sign ${image.reference} --key FILE`,
      ].join("\n"),
    );

    await attachSignature(image, await signDigest(image.digest, ours.privateKey));
    const { result, registrations } = await run(image.digest);
    expect(result).toBe("registered");
    expect(registrations.filter(({ type }) => type === "kubernetes:apps/v1:Deployment")).toHaveLength(5);
  });
});
