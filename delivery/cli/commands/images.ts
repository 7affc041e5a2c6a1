import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import Table from "cli-table3";
import { createColors } from "picocolors";
import { pinnedImages } from "../../../model/resolve/pinned-images.ts";
import { formatReference, parseReference, type ImageReference } from "../../registry/reference.ts";
import { attachSignature, signDigest } from "../../signature/sign.ts";
import { verifyImage } from "../../signature/verify.ts";
import { deployedImages, namedImages } from "../deployed-images.ts";
import { ExitCode } from "../exit-code.ts";
import { CommandError } from "../failure.ts";
import { loadStack } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";

/** What `fleet images verify` is asked for. */
export interface ImagesArguments {
  readonly stack: string;
  readonly json: boolean;
  /** By digest. Default, empty: those of the stack. */
  readonly images: readonly string[];
}

/** What `fleet images sign` is asked for. */
export interface SignArguments extends ImagesArguments {
  /** File with the private key. */
  readonly key: string;
}

/** Signs images by their digest and stores each signature beside its image. */
export async function sign(args: SignArguments, terminal: Terminal): Promise<ExitCode> {
  const key = await readPrivateKey(args.key);
  const images = args.images.length > 0 ? namedImages(args.images) : await deployedImages(args.stack, terminal);
  const signed: string[] = [];
  for (const image of images) {
    const reference = formatReference(image);
    terminal.note(`… Signing ${reference}`);
    await attachSignature(image, await signDigest(image.digest, key));
    signed.push(reference);
  }
  const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
  terminal.result(
    args.json
      ? JSON.stringify({ signed, publicKey }, null, 2)
      : `${signed.length} signed. A stack that trusts this key says so under fleet:images.verification.publicKeys:\n${publicKey}`,
  );
  return ExitCode.ok;
}

/** Checks the digests of images and, where the stack names keys, their signatures. */
export async function verify(args: ImagesArguments, terminal: Terminal): Promise<ExitCode> {
  const { resolved } = loadStack(args.stack, { assumeSecrets: true });
  const publicKeys = resolved.verification?.publicKeys ?? [];
  const images: readonly ImageReference[] =
    args.images.length > 0
      ? namedImages(args.images)
      : pinnedImages(resolved).flatMap(({ reference }) => parseReference(reference) ?? []);
  const verdicts = await Promise.all(
    images.map(async (image) => ({ image: formatReference(image), ...(await verifyImage(image, publicKeys)) })),
  );
  if (publicKeys.length === 0) {
    terminal.note(
      `! The stack ${args.stack} names no key under fleet:images.verification: digests alone are compared.`,
    );
  }
  terminal.result(args.json ? JSON.stringify({ images: verdicts }, null, 2) : verdictTable(verdicts, terminal));
  return verdicts.every(({ verified }) => verified) ? ExitCode.ok : ExitCode.invalid;
}

function verdictTable(
  verdicts: readonly { readonly image: string; readonly verified: boolean; readonly problem?: string }[],
  terminal: Terminal,
): string {
  if (verdicts.length === 0) return "The stack pins no image: what it builds itself is not asked about.";
  const { green, red } = createColors(terminal.color);
  const table = new Table({ head: ["Image", "Verdict"], style: { head: [], border: [] } });
  table.push(
    ...verdicts.map(({ image, verified, problem = "" }) => [
      image,
      verified ? green("✓ verified") : red(`✗ refused: ${problem}`),
    ]),
  );
  return table.toString();
}

async function readPrivateKey(path: string): Promise<KeyObject> {
  const pem = await readFile(path, "utf8").catch(() => {
    throw unusableKey(path, "it cannot be read");
  });
  const passphrase = process.env["COSIGN_PASSWORD"];
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    throw unusableKey(
      path,
      pem.includes("SIGSTORE PRIVATE KEY")
        ? "it is in cosign's own format"
        : "it is no private key in PEM, or COSIGN_PASSWORD does not open it",
    );
  }
  if (key.asymmetricKeyDetails?.namedCurve === "prime256v1") return key;
  throw unusableKey(path, `it is a key of type ${key.asymmetricKeyType ?? "unknown"}`);
}

function unusableKey(path: string, problem: string): CommandError {
  return new CommandError(
    [
      `✗ --key ${path}: ${problem}`,
      "  allowed: an ECDSA P-256 private key in PEM (PKCS #8)",
      "  fix:     openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -out signing.key",
    ].join("\n"),
    ExitCode.invalid,
  );
}
