import type { DatastoreDeclaration } from "./datastore.ts";
import type { ServiceDeclaration } from "./service.ts";

/** What a link may point at. */
export type LinkTarget = ServiceDeclaration | DatastoreDeclaration;

/**
 * A typed reference from one service to a service or datastore of its platform.
 *
 * It yields the environment variables and secret references, the network policies of both ends, the deploy order, the
 * health report's dependencies and the graph's edge.
 */
export interface Link {
  readonly target: LinkTarget;
  /** The environment variable with the URL. Default: the target's own, `DATABASE_URL` or `IDENTITY_URL`. */
  readonly variable?: string;
  /**
   * Whether the service cannot do its work without it. A required link orders start-up and makes the service not ready
   * while the target is gone; an optional one only degrades it. Default: true for datastores, false for services.
   */
  readonly required?: boolean;
  /** Connections each pod keeps open to a PostgreSQL datastore. Default 1 to 5. */
  readonly pool?: { readonly min: number; readonly max: number };
}

/** What a link may say beyond its target. */
export type LinkOptions = Omit<Link, "target">;

/** Links to `target`, which is imported: a link that dangles does not compile. */
export function link(target: LinkTarget, options: LinkOptions = {}): Link {
  return { target, ...options };
}
