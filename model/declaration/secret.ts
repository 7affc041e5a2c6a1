/**
 * Where a secret's value comes from.
 *
 * - `config`: the stack's encrypted configuration, `pulumi config set --secret --path 'fleet:secrets.PLATFORM.NAME'`.
 * - `random`: made once by `@pulumi/random` and kept in the stack's state; no person ever knows it.
 */
export type SecretSource = { readonly from: "config" } | { readonly from: "random"; readonly length: number };

/** A value that the world outside gives us: an API key, a token. */
export const fromConfig: SecretSource = { from: "config" };

/** A value that only the platform's own services need: a signing key, a session secret. `length` in characters. */
export function random(length: number): SecretSource {
  return { from: "random", length };
}
