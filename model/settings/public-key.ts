import { createPublicKey } from "node:crypto";

/** What the documentation shows; whoever might have its private key signs nothing of ours. */
export const EXAMPLE_PUBLIC_KEY =
  "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEdiR1Gye5A/7LQM2iutuCiDKnk2jT\n7N59ei1+SItfenZa1MVRzHW/Yyt4+P/rYa6GY/YwqHxB9uqCTrLWyn9lKg==\n-----END PUBLIC KEY-----\n";

/** Whether a text is an ECDSA P-256 public key in PEM: what cosign makes by default. A private key is none. */
export function isPublicKey(text: string): boolean {
  if (!text.trimStart().startsWith("-----BEGIN PUBLIC KEY-----")) return false;
  try {
    return createPublicKey(text).asymmetricKeyDetails?.namedCurve === "prime256v1";
  } catch {
    return false;
  }
}

/** Whether a value holds a private key in PEM, put where a public one belongs: never to be shown. */
export function isPrivateKey(value: unknown): boolean {
  return JSON.stringify(value).includes("PRIVATE KEY-----");
}
