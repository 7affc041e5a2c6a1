import type { Login, ResolvedDatastore, ResolvedPlatform, ResolvedSecret, ResolvedStack } from "./resolved.ts";

/**
 * Every secret of a stack, without repeats, in the order of their keys: those before that are still valid among them,
 * and those whose values only an external store knows.
 */
export function secretsOf(stack: Pick<ResolvedStack, "platforms">): readonly ResolvedSecret[] {
  const current = stack.platforms.flatMap(currentSecrets);
  const secrets = current.flatMap((secret) => (secret.previous ? [secret, secret.previous] : [secret]));
  return [...new Map(secrets.map((secret) => [secret.key, secret])).values()].sort((a, b) =>
    a.key.localeCompare(b.key),
  );
}

function currentSecrets(platform: ResolvedPlatform): readonly ResolvedSecret[] {
  return [
    ...[...platform.services, ...platform.tasks].flatMap((service) => Object.values(service.secrets)),
    ...platform.datastores.flatMap(passwordsOf),
  ];
}

/** The passwords of a datastore's logins. */
export function passwordsOf(datastore: ResolvedDatastore): readonly ResolvedSecret[] {
  if ("roles" in datastore) return Object.values(datastore.roles).map((role: Login) => role.password);
  const administrator = "administrator" in datastore ? datastore.administrator : undefined;
  const rest = administrator ? [administrator.password] : [];
  if ("application" in datastore) return [datastore.application.password, ...rest];
  return "password" in datastore ? [datastore.password, ...rest] : [];
}
