import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ResolvedSecret } from "../model/resolve/resolved.ts";

/** Every secret of a stack whose value the engine knows: made by it, or given to it encrypted. */
export class Secrets extends pulumi.ComponentResource {
  /** Values by key, all marked secret. */
  readonly values: Readonly<Record<string, pulumi.Output<string>>>;
  /** Keys the hashes of secrets on pod templates. */
  readonly hashKey: pulumi.Output<string>;

  /** @param configured The stack's `fleet:secrets`: values by platform and name, secret as a whole. */
  constructor(
    name: string,
    secrets: readonly ResolvedSecret[],
    configured: pulumi.Output<ConfiguredSecrets>,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("fleet:secret:Secrets", name, {}, options);
    this.hashKey = this.random("hash-key", 32);
    this.values = Object.fromEntries(
      secrets.flatMap(({ key, source }): (readonly [string, pulumi.Output<string>])[] => {
        switch (source.from) {
          case "random":
            return [[key, this.random(key, source.length)]];
          case "config":
            return [[key, configuredValue(configured, key)]];
          case "externalStore":
            // The operator alone reads it.
            return [];
        }
      }),
    );
    this.registerOutputs({});
  }

  private random(key: string, length: number): pulumi.Output<string> {
    const resourceName = key.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    // Letters and digits only: passwords stand in connection URLs.
    return new random.RandomPassword(
      resourceName,
      { length, special: false },
      // A value changes by its generation alone: what reads it has to be told.
      { parent: this, ignoreChanges: ["length", "special"] },
    ).result;
  }
}

/** `fleet:secrets` as it stands in a stack file: values by platform (or `registry`) and name. */
export type ConfiguredSecrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

function configuredValue(configured: pulumi.Output<ConfiguredSecrets>, key: string): pulumi.Output<string> {
  const [section = "", name = ""] = key.split(".");
  // Resolution has seen that the key is there; the empty string is only what the type asks for.
  return pulumi.secret(configured.apply((values) => values[section]?.[name] ?? ""));
}
