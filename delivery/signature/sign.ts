import { createPublicKey, sign, type KeyObject } from "node:crypto";
import { bundleToJSON, type SerializedBundle } from "@sigstore/bundle";
import { DSSEBundleBuilder } from "@sigstore/sign";
import type { ImageReference } from "../registry/reference.ts";
import { attach } from "../registry/repository.ts";
import { BUNDLE_TYPE, keyHint, SIGNATURE_PREDICATE, signatureStatement, STATEMENT_TYPE } from "./statement.ts";

/**
 * The signature of a digest as a Sigstore bundle. Made offline: no transparency log and no time-stamp authority is asked.
 *
 * @param key An ECDSA P-256 private key.
 */
export async function signDigest(digest: string, key: KeyObject): Promise<SerializedBundle> {
  const publicKey = createPublicKey(key);
  const builder = new DSSEBundleBuilder({
    signer: {
      sign: (data) =>
        Promise.resolve({
          signature: sign("sha256", data, key),
          key: {
            $case: "publicKey",
            publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
            hint: keyHint(publicKey),
          },
        }),
    },
    witnesses: [],
  });
  const data = Buffer.from(signatureStatement(digest));
  return bundleToJSON(await builder.create({ data, type: STATEMENT_TYPE }));
}

/** Stores a signature beside its image, where `cosign verify` finds it too. */
export async function attachSignature(image: ImageReference, signature: SerializedBundle): Promise<void> {
  await attach(image, {
    artifactType: BUNDLE_TYPE,
    content: Buffer.from(JSON.stringify(signature)),
    annotations: {
      "dev.sigstore.bundle.content": "dsse-envelope",
      "dev.sigstore.bundle.predicateType": SIGNATURE_PREDICATE,
    },
  });
}
