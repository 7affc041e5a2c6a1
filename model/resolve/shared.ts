import { DNS_LABEL, fromStore, NAME_LIMIT } from "../name.ts";
import { isEnabled, objectName, type PlatformContext } from "./context.ts";
import type { SharedObjects } from "./resolved.ts";
import { secretSettings } from "./secrets.ts";

/** The platform's own ConfigMap and Secret, with the variables that the former holds for every service. */
export function sharedObjects(context: PlatformContext): SharedObjects {
  const { platform, settings } = context;
  const { sharedConfigMap, sharedSecret, defaults } = platform;
  const environment = { ...defaults.environment, ...settings.defaults?.environment };
  // A variable that is declared `undefined` says nothing.
  const data = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return {
    ...(sharedConfigMap === undefined ? {} : { configMap: { name: sharedConfigMap, data } }),
    ...(sharedSecret === undefined
      ? {}
      : { secret: { name: sharedSecret, nameFromStore: isMixed(context) ? fromStore(sharedSecret) : sharedSecret } }),
  };
}

/** Whether some of the secrets that services declare come from an external store and some do not. */
function isMixed(context: PlatformContext): boolean {
  const stored = context.platform.services
    .filter((service) => isEnabled(context, service))
    .flatMap(({ secrets = {} }) => Object.entries(secrets))
    .map(([name, declared]) => secretSettings(context, name, declared).from === "externalStore");
  return new Set(stored).size > 1;
}

/** Reports a shared object whose name another object has, or that Kubernetes would not take. */
export function checkSharedNames(context: PlatformContext): void {
  const { platform } = context;
  const taken = [...platform.services, ...platform.datastores].map((target) => objectName(context, target));
  for (const field of ["sharedConfigMap", "sharedSecret"] as const) {
    const name = platform[field];
    if (name === undefined) continue;
    const valid = DNS_LABEL.test(name) && name.length <= NAME_LIMIT;
    if (valid && !taken.includes(name)) continue;
    context.report({
      path: `services.${platform.name}.${field}`,
      problem: valid ? "a service or datastore has this name for its own" : "not a name for a Kubernetes object",
      value: name,
      allowed: `at most ${NAME_LIMIT} lower-case letters, digits and -, as no service or datastore is called`,
      fix: `choose another name in services/${platform.name}/platform.ts`,
    });
  }
}
