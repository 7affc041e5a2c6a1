import type { PlatformDeclaration } from "../declaration/platform.ts";
import { linkingDeclarations } from "./context.ts";
import { secretNames } from "./datastore.ts";

/** Every secret that a catalogue declares, as `PLATFORM.NAME`, without repeats: what a stack may have to hold. */
export function declaredSecrets(catalogue: readonly PlatformDeclaration[]): readonly string[] {
  const keys = catalogue.flatMap(({ datastores, ...platform }) =>
    [
      ...linkingDeclarations(platform).flatMap((service) => Object.keys(service.secrets ?? {})),
      ...datastores.flatMap(secretNames),
    ].map((secret) => `${platform.name}.${secret}`),
  );
  return [...new Set(keys)];
}
