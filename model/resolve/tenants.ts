import { platformPath, type PlatformContext } from "./context.ts";

/** One file a tenant with what the stack says of it, by its path; none for a platform without tenants. */
export function tenantFiles({ platform, settings }: PlatformContext): Readonly<Record<string, string>> {
  const { tenantDirectory } = platform;
  if (tenantDirectory === undefined) return {};
  return Object.fromEntries(
    Object.entries(settings.tenants ?? {}).map(([name, { domain, settings: own = {} }]) => [
      `${tenantDirectory}/${name}.json`,
      `${JSON.stringify({ name, ...(domain === undefined ? {} : { domain }), settings: own }, null, 2)}\n`,
    ]),
  );
}

/** Reports tenants that no service would learn of, and a domain that two of them claim. */
export function checkTenants(context: PlatformContext): void {
  const { platform, settings } = context;
  const tenants = Object.entries(settings.tenants ?? {});
  if (tenants.length > 0 && platform.tenantDirectory === undefined) {
    context.report({
      path: platformPath(context, "tenants"),
      problem: `no service of ${platform.name} would find them`,
      value: tenants.map(([name]) => name),
      allowed: "tenants of a platform that says where their files stand",
      fix: `remove them, or declare tenantDirectory in services/${platform.name}/platform.ts`,
    });
  }
  const owners = new Map<string, string>();
  for (const [name, { domain }] of tenants) {
    if (domain === undefined) continue;
    const other = owners.get(domain);
    if (other !== undefined) {
      context.report({
        path: platformPath(context, "tenants", name, "domain"),
        problem: `${other} has this domain too`,
        value: domain,
        allowed: "a domain for each tenant",
        fix: "give one of them another domain",
      });
    }
    owners.set(domain, name);
  }
}
