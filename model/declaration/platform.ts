import type { DatastoreDeclaration, PostgresqlDeclaration } from "./datastore.ts";
import type { Seed, ServiceDeclaration } from "./service.ts";
import type { TaskDeclaration } from "./task.ts";
import type { DeepPartial, Specification } from "./specification.ts";
import type { SyntheticCheck } from "./synthetic-check.ts";

/** Migration files by name, in the order of their names, as they stand in `migrations/<platform>/`. */
export type MigrationFiles = Readonly<Record<string, string>>;

/** One of the four platforms: its services and what they stand on. */
export interface PlatformDeclaration {
  readonly name: string;
  readonly title: string;
  readonly seeds: readonly Seed[];
  /** What every Kubernetes name of the platform starts with, as in `bizosaas` for `bizosaas-crm`; "" for none. */
  readonly objectPrefix: string;
  /** What its services report as their version until a stack says otherwise. */
  readonly version: string;
  /** What its services share, laid on the house's standard. */
  readonly defaults: DeepPartial<Specification>;
  /**
   * One ConfigMap of this name that every service reads, for the variables of `defaults.environment` and of the stack's
   * `defaults.environment`. Default: each service's own ConfigMap holds them.
   */
  readonly sharedConfigMap?: string;
  /**
   * One Secret of this name for all secrets that services declare; a pod gets the keys that its service declares, and
   * no other. Connection strings stay with each service. Default: each service's own Secret holds its secrets.
   */
  readonly sharedSecret?: string;
  /**
   * Where every container of the platform finds what a stack says of its tenants: one JSON file each, named by the tenant,
   * with the fields of seed 004's table (`name`, `domain`, `settings`). Default: the platform knows no tenants.
   */
  readonly tenantDirectory?: string;
  /** Its services, and the workers, jobs and cron jobs beside them. */
  readonly services: readonly (ServiceDeclaration | TaskDeclaration)[];
  /**
   * What lets requests in and leads to the services. It is deployed where a stack pins its image; the others say in their
   * output that it is not.
   */
  readonly apiGateway?: ServiceDeclaration;
  readonly datastores: readonly DatastoreDeclaration[];
  /** What a release must answer before it gets all the traffic; all of them must pass. Default: none. */
  readonly syntheticChecks?: readonly SyntheticCheck[];
  /** The database that `migrations/<platform>/` belongs to. */
  readonly migrates?: PostgresqlDeclaration;
}

/** Declares a platform. */
export function definePlatform(platform: PlatformDeclaration): PlatformDeclaration {
  return platform;
}
