import type { Issue, Result } from "../../model/issue.ts";
import type { PlainObject } from "../../model/overlay.ts";

/** What encrypts the secrets in a stack's configuration and state. */
export type StateEncryption =
  /** A key management service holds the key; its own variables (`AWS_PROFILE`, `VAULT_ADDR`, …) say who asks. */
  | { readonly kind: "keyService"; readonly secretsProvider: string }
  /** A passphrase of the user's. */
  | { readonly kind: "passphrase" }
  /** A passphrase made on first use and kept on this machine: for its own cluster only. */
  | { readonly kind: "localPassphrase" };

/** Key services that the engine knows. Source: Pulumi, Secrets handling, "Available encryption providers". */
const KEY_SERVICE = /^(awskms|azurekeyvault|gcpkms|hashivault):\/\/\S+$/;

const PASSPHRASE_VARIABLES = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];

/**
 * Decides what encrypts a stack's secrets. Only a stack of the local cluster has a passphrase that nobody chose; an empty
 * one is none.
 *
 * @param stackFile `Pulumi.<stack>.yaml` as plain data.
 * @param local Whether the stack belongs to the cluster that `fleet cluster start` makes.
 */
export function stateEncryption(
  stackFile: PlainObject,
  local: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): Result<StateEncryption> {
  const provider = stackFile["secretsprovider"];
  if (provider !== undefined && !isPassphrase(provider)) {
    return typeof provider === "string" && KEY_SERVICE.test(provider)
      ? { ok: true, value: { kind: "keyService", secretsProvider: provider } }
      : { ok: false, issues: [unknownProvider(provider)] };
  }
  if (PASSPHRASE_VARIABLES.some((name) => (environment[name] ?? "") !== "")) {
    return { ok: true, value: { kind: "passphrase" } };
  }
  return local ? { ok: true, value: { kind: "localPassphrase" } } : { ok: false, issues: [NO_PASSPHRASE] };
}

function isPassphrase(provider: unknown): boolean {
  return provider === undefined || provider === "passphrase" || provider === "default";
}

function unknownProvider(value: unknown): Issue {
  return {
    path: "secretsprovider",
    problem: "no provider that the engine knows",
    value,
    allowed: "passphrase, awskms://…, azurekeyvault://…, gcpkms://… or hashivault://…",
    fix: "name the key as https://www.pulumi.com/docs/iac/concepts/secrets/ writes it, or remove the line",
  };
}

const NO_PASSPHRASE: Issue = {
  path: "secretsprovider",
  problem: "nothing encrypts the secrets in the stack's state; only the local cluster has a default",
  allowed: "a key service in the stack file, or a passphrase in the environment",
  fix: "add secretsprovider: awskms://… to the stack file, or export PULUMI_CONFIG_PASSPHRASE_FILE=/path/to/passphrase",
};

/**
 * What the engine had written into a copy of the stack file and the next copy needs again: the salt of the passphrase, or
 * the data key that the key service encrypted. The stack file's own win; those of another provider are worth nothing.
 */
export function keptEncryption(previous: PlainObject, stackFile: PlainObject): PlainObject {
  const same =
    previous["secretsprovider"] === stackFile["secretsprovider"] ||
    (isPassphrase(previous["secretsprovider"]) && isPassphrase(stackFile["secretsprovider"]));
  if (!same) return {};
  return Object.fromEntries(
    ENCRYPTION_KEYS.flatMap((key) =>
      previous[key] === undefined || stackFile[key] !== undefined ? [] : [[key, previous[key]]],
    ),
  );
}

/** The top-level keys of a stack file without which nobody can decrypt its secrets. */
export const ENCRYPTION_KEYS = ["encryptionsalt", "encryptedkey"] as const;
