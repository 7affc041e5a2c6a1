import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import type { ResolvedPlatform } from "../resolve/resolved.ts";
import type { ResolvedRelease } from "../resolve/resolved-traffic.ts";
import { renderReferenceGrant, type ReferenceGrant } from "./gateway-api.ts";
import { neighbourNetworkPolicy } from "./network-policy.ts";
import {
  renderNamespace,
  renderSharedConfiguration,
  type NamespaceObjects,
  type SharedConfigurationObjects,
} from "./platform.ts";

/** What canaries stand in; there while there is none, for a namespace that is being deleted takes in nothing. */
export interface CanaryGroundObjects extends NamespaceObjects {
  readonly referenceGrant?: ReferenceGrant;
}

/** What a canary has beside its services. */
export interface CanaryObjects {
  /** What its services share. */
  readonly shared: SharedConfigurationObjects;
  /** Lets stable services and datastores talk with it, by their names. They add to what these have, and change none of it. */
  readonly neighbourPolicies: Readonly<Record<string, NetworkPolicy>>;
}

/** Renders the ground of a platform's canaries. */
export function renderCanaryGround(release: ResolvedRelease, platform: ResolvedPlatform): CanaryGroundObjects {
  return {
    ...renderNamespace(release),
    ...(platform.gateway?.kind === "gatewayApi"
      ? { referenceGrant: renderReferenceGrant(release, platform.namespace) }
      : {}),
  };
}

/** Renders what the platform's canary has beside its services; nothing where there is none. */
export function renderCanary(release: ResolvedRelease, { canary }: ResolvedPlatform): CanaryObjects {
  if (!canary) return { shared: {}, neighbourPolicies: {} };
  return {
    shared: renderSharedConfiguration({ ...release, ...canary }),
    neighbourPolicies: Object.fromEntries(
      canary.neighbours.map((neighbour) => [neighbour.name, neighbourNetworkPolicy(neighbour, release.namespace)]),
    ),
  };
}
