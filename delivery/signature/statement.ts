import { createHash, type KeyObject } from "node:crypto";
import { isPlainObject } from "../../model/overlay.ts";

/** The media type of a Sigstore bundle, and the artifact type of the manifest that carries one (cosign 3). */
export const BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

/** The media type of an in-toto statement. */
export const STATEMENT_TYPE = "application/vnd.in-toto+json";

/** What a signature of an image claims: nothing but that the key's owner signed it (cosign 3). */
export const SIGNATURE_PREDICATE = "https://sigstore.dev/cosign/sign/v1";

/** The statement that a signature is over: this digest is signed (in-toto Statement v1, as cosign 3 writes it). */
export function signatureStatement(digest: string): string {
  return JSON.stringify({
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ digest: { sha256: digest.replace(/^sha256:/, "") } }],
    predicateType: SIGNATURE_PREDICATE,
    predicate: {},
  });
}

/** Whether a signed statement is the signature of an image of this digest, and of nothing else. */
export function isSignatureOf(statement: unknown, digest: string): boolean {
  if (!isPlainObject(statement) || statement["predicateType"] !== SIGNATURE_PREDICATE) return false;
  const subjects = statement["subject"];
  if (!Array.isArray(subjects) || subjects.length !== 1) return false;
  const [subject] = subjects as readonly unknown[];
  const digests = isPlainObject(subject) ? subject["digest"] : undefined;
  return isPlainObject(digests) && `sha256:${String(digests["sha256"])}` === digest;
}

/** How a bundle names the key that made it: the SHA-256 of its DER form, in base64 (cosign 3). */
export function keyHint(publicKey: KeyObject): string {
  return createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("base64");
}
