import type { PlatformDeclaration } from "../declaration/platform.ts";
import { secretNames } from "./datastore.ts";

/** Every secret that a catalogue declares, as `PLATFORM.NAME`, without repeats: what a stack may have to hold. */
export function declaredSecrets(catalogue: readonly PlatformDeclaration[]): readonly string[] {
  const keys = catalogue.flatMap(({ name, services, datastores }) =>
    [...services.flatMap((service) => Object.keys(service.secrets ?? {})), ...datastores.flatMap(secretNames)].map(
      (secret) => `${name}.${secret}`,
    ),
  );
  return [...new Set(keys)];
}
