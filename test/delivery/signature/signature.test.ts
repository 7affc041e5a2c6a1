import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signDigest } from "../../../delivery/signature/sign.ts";
import { signatureProblem } from "../../../delivery/signature/verify.ts";

const keyPair = () => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { privateKey, pem: publicKey.export({ type: "spki", format: "pem" }).toString() };
};
const ours = keyPair();
const theirs = keyPair();
const digest = `sha256:${"a".repeat(64)}`;
const signature = await signDigest(digest, ours.privateKey);

/** The signature with other contents, as somebody without the key could write them. */
function forged(change: (statement: { subject: unknown; predicateType: string }) => object): unknown {
  const envelope = signature.dsseEnvelope;
  const statement = JSON.parse(Buffer.from(envelope?.payload ?? "", "base64").toString()) as never;
  const payload = Buffer.from(JSON.stringify(change(statement))).toString("base64");
  return { ...signature, dsseEnvelope: { ...envelope, payload } };
}

describe("a signature", () => {
  it("holds for the digest it was made of, by any one of the keys that a stack trusts", () => {
    expect(signatureProblem(signature, digest, [ours.pem])).toBeUndefined();
    expect(signatureProblem(signature, digest, [theirs.pem, ours.pem])).toBeUndefined();
  });

  it("holds for no other digest", () => {
    expect(signatureProblem(signature, `sha256:${"b".repeat(64)}`, [ours.pem])).toBe(
      "its signature is of something else than its digest",
    );
  });

  it("holds for no other key", () => {
    expect(signatureProblem(signature, digest, [theirs.pem])).toBe("its signature is of another key");
  });

  it("does not survive a change of what it says", () => {
    const other = forged((statement) => ({ ...statement, subject: [{ digest: { sha256: "b".repeat(64) } }] }));
    expect(signatureProblem(other, `sha256:${"b".repeat(64)}`, [ours.pem])).toBe("its signature is of another key");
  });

  it("is not taken from one who names our key and signs with another", async () => {
    const { dsseEnvelope } = await signDigest(digest, theirs.privateKey);
    expect(signatureProblem({ ...signature, dsseEnvelope }, digest, [ours.pem])).toBe(
      "its signature is of another key",
    );
  });

  it("says which key made it, as cosign does, and asks no log", () => {
    expect(signature).toMatchObject({
      mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
      verificationMaterial: { publicKey: { hint: expect.stringMatching(/^[\w+/]{43}=$/) as string } },
    });
    expect(JSON.stringify(signature)).not.toContain("tlogEntries");
  });

  it.each([undefined, null, {}, [], "text", { mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json" }])(
    "is not %j",
    (bundle) => {
      expect(signatureProblem(bundle, digest, [ours.pem])).toBe("its signature is no Sigstore bundle");
    },
  );
});
