/** Where the API server has the objects of a kind, or one of them. */
export interface ResourceAddress {
  /** As objects have it: `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Left out for what is cluster-scoped. */
  readonly namespace?: string;
  /** Left out for the list of all of them. */
  readonly name?: string;
}

/** The path at the API server: `/apis/apps/v1/namespaces/shop/deployments/cart`. Source: Kubernetes, API Concepts. */
export function resourcePath({ apiVersion, kind, namespace, name }: ResourceAddress): string {
  return [
    apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`,
    ...(namespace === undefined ? [] : ["namespaces", namespace]),
    resourceOf(kind),
    ...(name === undefined ? [] : [name]),
  ].join("/");
}

/**
 * A kind's name in paths and roles: `NetworkPolicy` is `networkpolicies`.
 *
 * Kubernetes' own guess (apimachinery: meta.UnsafeGuessKindToResource), which its kinds and most others keep to; but
 * `Gateway` is `gateways`.
 */
export function resourceOf(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith("s")) return `${singular}es`;
  return /[^aeiou]y$/.test(singular) ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}
