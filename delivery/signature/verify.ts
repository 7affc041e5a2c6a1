import { createPublicKey } from "node:crypto";
import { bundleFromJSON, isBundleWithDsseEnvelope, isBundleWithPublicKey, ValidationError } from "@sigstore/bundle";
import { toSignedEntity, toTrustMaterial, VerificationError, Verifier } from "@sigstore/verify";
import { isPlainObject } from "../../model/overlay.ts";
import { formatReference, type ImageReference } from "../registry/reference.ts";
import { RegistryError } from "../registry/registry-error.ts";
import { isDescriptor, openRepository, type Repository } from "../registry/repository.ts";
import { BUNDLE_TYPE, isSignatureOf, STATEMENT_TYPE } from "./statement.ts";

/** What verification found of one image. */
export interface Verdict {
  readonly verified: boolean;
  /** Why it is refused, in a clause. */
  readonly problem?: string;
}

// A repository that anybody may write to could hold up a verification with any number of signatures.
const SIGNATURES_LOOKED_AT = 50;

/**
 * Whether a registry holds an image whose content has its digest, with a signature of that digest by one of the keys.
 *
 * @param publicKeys ECDSA P-256 keys in PEM; with none, the digest alone is compared.
 */
export async function verifyImage(image: ImageReference, publicKeys: readonly string[]): Promise<Verdict> {
  const repository = openRepository(image);
  try {
    if ((await repository.manifest(image.digest)) === undefined) {
      return refused(`${image.registry} has no ${image.repository}@${image.digest}`);
    }
    if (publicKeys.length === 0) return { verified: true };
    const signatures = await readSignatures(repository, image);
    if (signatures.length === 0) return refused("it has no signature");
    const problems = signatures.map((signature) => signatureProblem(signature, image.digest, publicKeys));
    const [first] = problems;
    return problems.includes(undefined) || first === undefined ? { verified: true } : refused(first);
  } catch (error) {
    if (error instanceof RegistryError) return refused(error.message);
    throw new Error(`Verification of ${formatReference(image)} failed`, { cause: error });
  }
}

/** Why a bundle is no signature of this digest by any of the keys; undefined if it is one. */
export function signatureProblem(bundle: unknown, digest: string, publicKeys: readonly string[]): string | undefined {
  try {
    const parsed = bundleFromJSON(bundle);
    if (!isBundleWithDsseEnvelope(parsed) || !isBundleWithPublicKey(parsed)) return "it is not signed with a key";
    // Logs and time stamps belong to keyless signatures; a key says by itself who signed.
    parsed.verificationMaterial.tlogEntries = [];
    const entity = toSignedEntity({
      ...parsed,
      verificationMaterial: { ...parsed.verificationMaterial, timestampVerificationData: undefined },
    });
    if (!publicKeys.some((key) => isSignedBy(entity, key))) return "its signature is of another key";
    const { payload, payloadType } = parsed.content.dsseEnvelope;
    const statement: unknown = JSON.parse(Buffer.from(payload).toString());
    if (payloadType !== STATEMENT_TYPE || !isSignatureOf(statement, digest)) {
      return "its signature is of something else than its digest";
    }
    return undefined;
  } catch (error) {
    if (error instanceof ValidationError || error instanceof SyntaxError || error instanceof TypeError) {
      return "its signature is no Sigstore bundle";
    }
    throw error;
  }
}

function isSignedBy(entity: ReturnType<typeof toSignedEntity>, publicKey: string): boolean {
  const authorities = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
  const trust = toTrustMaterial({ mediaType: "", ...authorities }, () => ({
    publicKey: createPublicKey(publicKey),
    validFor: () => true,
  }));
  try {
    new Verifier(trust, { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 }).verify(entity);
    return true;
  } catch (error) {
    if (error instanceof VerificationError) return false;
    throw error;
  }
}

/** The bundles beside an image as they were stored; undefined in the place of anything else. */
async function readSignatures(repository: Repository, image: ImageReference): Promise<readonly unknown[]> {
  const referrers = await repository.referrers(image.digest, BUNDLE_TYPE);
  return Promise.all(
    referrers.slice(0, SIGNATURES_LOOKED_AT).map(async ({ digest }) => {
      const manifest = parsed((await repository.manifest(digest))?.toString());
      const layers = isPlainObject(manifest) ? manifest["layers"] : undefined;
      const [layer] = Array.isArray(layers) ? (layers as readonly unknown[]) : [];
      if (!isDescriptor(layer)) return undefined;
      return parsed(await new Response(await repository.blob(layer.digest)).text());
    }),
  );
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "") as unknown;
  } catch {
    return undefined;
  }
}

function refused(problem: string): Verdict {
  return { verified: false, problem };
}
