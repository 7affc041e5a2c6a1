import type { Login, ResolvedDatastore, ResolvedSecret, ResolvedStack } from "./resolved.ts";

/** Every secret that a stack's objects ask for, without repeats, in the order of their keys. */
export function secretsOf(stack: ResolvedStack): readonly ResolvedSecret[] {
  const secrets = stack.platforms.flatMap((platform) => [
    ...platform.services.flatMap((service) => Object.values(service.secrets)),
    ...platform.datastores.flatMap(passwordsOf),
  ]);
  return [...new Map(secrets.map((secret) => [secret.key, secret])).values()].sort((a, b) =>
    a.key.localeCompare(b.key),
  );
}

function passwordsOf(datastore: ResolvedDatastore): readonly ResolvedSecret[] {
  if ("roles" in datastore) return Object.values(datastore.roles).map((role: Login) => role.password);
  if (!("password" in datastore)) return [];
  const administrator = "administrator" in datastore ? datastore.administrator : undefined;
  return [datastore.password, ...(administrator ? [administrator.password] : [])];
}
