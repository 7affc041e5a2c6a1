import type {
  DatastoreDeclaration,
  MongodbDeclaration,
  PostgresqlDeclaration,
  PubsubDeclaration,
  QdrantDeclaration,
  RabbitmqDeclaration,
  RedisDeclaration,
} from "../declaration/datastore.ts";
import type { MigrationFiles } from "../declaration/platform.ts";
import type { ServiceDeclaration } from "../declaration/service.ts";
import type { Resources, Specification, TaskSpecification } from "../declaration/specification.ts";
import type { TaskDeclaration } from "../declaration/task.ts";
import type { ImagePlatform, ImageSettings } from "../settings/images.ts";
import type { ExposureSettings, SecretStoreSettings } from "../settings/schema.ts";
import type { ResolvedCanary, ResolvedGateway, ResolvedRelease, ResolvedRoute } from "./resolved-traffic.ts";

/** A build on a BuildKit builder. */
export interface BuildxBuild {
  /** The builder's name; the one in use where it is left out. */
  readonly builder?: string;
  /** One build each, joined to one image. */
  readonly platforms: readonly ImagePlatform[];
  /** Repository of the build cache. */
  readonly cache: string;
}

/** An image to be built and pushed, one that exists, or one that should. Addressed by its key wherever it is used. */
export type ResolvedImage =
  | {
      readonly kind: "build";
      /** Repository it is pushed to, without a tag. */
      readonly repository: string;
      /** Folders and files, from the root of the repository. */
      readonly context: string;
      /** The setting that names the context, where a stack does. */
      readonly setting?: string;
      readonly dockerfile: string;
      readonly arguments: Readonly<Record<string, string>>;
      /** Network of its RUN steps; the builder's own where it is left out. */
      readonly network?: NonNullable<ImageSettings["buildNetwork"]>;
      /** Left out: by the machine's Docker daemon, for its own platform. */
      readonly buildx?: BuildxBuild;
    }
  | { readonly kind: "pinned"; readonly reference: string }
  /** The stack builds nothing and names no digest: it can be read, and not brought up. */
  | { readonly kind: "unpinned" };

/** Where a secret's value comes from, with everything final. */
export type ResolvedSecretSource =
  | { readonly from: "config" }
  | {
      readonly from: "random";
      readonly length: number;
      /** Left out for the first. */
      readonly generation?: number;
    }
  | {
      readonly from: "externalStore";
      readonly store: Pick<SecretStoreSettings, "kind" | "name"> & { readonly refreshInterval: string };
      /** Where in the store, as External Secrets Operator names it. */
      readonly remote: { readonly key: string; readonly property?: string; readonly version?: string };
    };

/** A secret's value, by the key that placeholders use: `PLATFORM.NAME`, from the second generation on with its number. */
export interface ResolvedSecret {
  readonly key: string;
  readonly source: ResolvedSecretSource;
  /** In the middle of a rotation: the value before, which is valid too. */
  readonly previous?: ResolvedSecret;
}

interface ResolvedLinkBase {
  /** How the health report calls it. */
  readonly name: string;
  /** The service's or datastore's name inside the platform. */
  readonly target: string;
  readonly required: boolean;
}

interface PresentLink extends ResolvedLinkBase {
  readonly variable: string;
  /** The value of the variable; holds a secret's placeholder where the target asks for a password. */
  readonly url: string;
  readonly port: number;
  /** Further variables the link yields; a value may hold a secret's placeholder. */
  readonly environment: Readonly<Record<string, string>>;
}

interface DatastoreLink extends PresentLink {
  /** The secrets that its values hold. */
  readonly secrets: readonly ResolvedSecret[];
  readonly engine: DatastoreDeclaration["engine"];
}

/** A link to a service of the same platform. */
export interface ServiceLink extends PresentLink {
  readonly kind: "service";
  readonly targetLabels: Labels;
  /** Left out where the target is in the service's own namespace. */
  readonly targetNamespace?: string;
  readonly livePath: string;
}

/** A link to a datastore that runs in the cluster. */
export interface InClusterLink extends DatastoreLink {
  readonly kind: "inCluster";
  readonly targetLabels: Labels;
  /** Left out where the target is in the service's own namespace. */
  readonly targetNamespace?: string;
}

/** A link to a datastore elsewhere. */
export interface ExternalLink extends DatastoreLink {
  readonly kind: "external";
  readonly addresses: readonly string[];
}

/** A link to a datastore that the stack does not have: no variable, no way out, and never required. */
export interface AbsentLink extends ResolvedLinkBase {
  readonly kind: "absent";
  readonly engine: DatastoreDeclaration["engine"];
  readonly reason: string;
  readonly url?: never;
  readonly environment?: never;
}

/** One end of a link, with everything final. */
export type ResolvedLink = ServiceLink | InClusterLink | ExternalLink | AbsentLink;

/** Kubernetes labels. */
export type Labels = Readonly<Record<string, string>>;

/** How one service is reached from outside the cluster. */
export type ResolvedExposure =
  | { readonly kind: "internal" }
  | { readonly kind: "nodePort"; readonly nodePort: number }
  | ({ readonly kind: "ingress"; readonly host: string } & Omit<
      Extract<ExposureSettings, { kind: "ingress" }>,
      "kind" | "domain"
    >);

/** What a platform's services share in one object of a fixed name. */
export interface SharedObjects {
  readonly configMap?: { readonly name: string; readonly data: Readonly<Record<string, string>> };
  readonly secret?: {
    readonly name: string;
    /** The Secret with what comes from an external store; the same where nothing else is in it. */
    readonly nameFromStore: string;
  };
}

/** One service with every default filled, every link resolved and every name final. */
export interface ResolvedService {
  readonly platform: string;
  readonly namespace: string;
  readonly name: string;
  readonly title: string;
  readonly objectName: string;
  readonly labels: Labels;
  readonly selector: Labels;
  readonly version: string;
  readonly specification: Specification;
  readonly exposure: ResolvedExposure;
  /** Key of the image its pods run. */
  readonly image: string;
  /** True where the reference workload stands in. */
  readonly reference: boolean;
  readonly secrets: Readonly<Record<string, ResolvedSecret>>;
  /** The platform's ConfigMap and Secret, where it has such. */
  readonly shared: SharedObjects;
  readonly links: readonly ResolvedLink[];
  /** Selectors of the services that link here: the only pods let in, those of other namespaces with theirs. */
  readonly callers: readonly { readonly name: string; readonly selector: Labels; readonly namespace?: string }[];
  /** What sends it requests, where its platform has a gateway that knows it. */
  readonly gateway?: ResolvedGateway;
  readonly declaration: ServiceDeclaration;
}

/** A worker, a job or a cron job, with everything final. */
export interface ResolvedTask extends Pick<
  ResolvedService,
  | "platform"
  | "namespace"
  | "name"
  | "title"
  | "objectName"
  | "labels"
  | "selector"
  | "version"
  | "image"
  | "reference"
  | "secrets"
  | "shared"
  | "links"
> {
  readonly specification: TaskSpecification;
  readonly declaration: TaskDeclaration;
}

/** Whatever has links, configuration and an image of its own. */
export type ResolvedWorkload = ResolvedService | ResolvedTask;

interface ResolvedDatastoreBase {
  readonly platform: string;
  readonly namespace: string;
  readonly name: string;
  readonly objectName: string;
  readonly labels: Labels;
  readonly selector: Labels;
  readonly host: string;
  readonly port: number;
  readonly callers: readonly { readonly name: string; readonly selector: Labels }[];
}

/** One login of a server. */
export interface Login {
  readonly user: string;
  readonly password: ResolvedSecret;
}

/**
 * A login whose password changes without a moment in which it is wrong: two users take turns, each for one generation of
 * the password, so that both are valid while dependants move from one to the other.
 */
export interface AlternatingLogin extends Login {
  /** The user of the first generation. */
  readonly firstUser: string;
  /** In the middle of a rotation: the login before, which is valid too. */
  readonly previous?: Login;
  /** The user whose turn is over and who may no longer log in. */
  readonly retiredUser?: string;
}

/** The logins of a PostgreSQL database, each with no more rights than its work needs. */
export interface PostgresqlRoles {
  /** The superuser, who makes the others; only where the server is ours. */
  readonly administrator?: Login;
  /** Dumps the database: it reads every row and writes none; only where the server is ours. */
  readonly backup?: Login;
  /** Owns the schema and migrates it. */
  readonly owner: Login;
  /** What services connect as. It owns nothing, so that row-level security binds it. */
  readonly application: AlternatingLogin;
}

/** What a datastore in the cluster runs with. */
export interface InCluster {
  readonly kind: "inCluster";
  readonly image: string;
  readonly storage: string;
  readonly resources: Resources;
}

/** Where a datastore outside may be reached. */
export interface External {
  readonly kind: "external";
  readonly addresses: readonly string[];
}

export type ResolvedPostgresql = ResolvedDatastoreBase & {
  readonly declaration: PostgresqlDeclaration;
  readonly roles: PostgresqlRoles;
  /** Where clients without SNI connect, naming their endpoint as an option (seed 003, Neon). */
  readonly fallback?: { readonly host: string; readonly endpoint: string };
} & (InCluster | External);

export type ResolvedRedis = ResolvedDatastoreBase & {
  readonly declaration: RedisDeclaration;
  /** May change logins; only where the server is ours. */
  readonly administrator?: Login;
  /** What services connect as. */
  readonly application: AlternatingLogin;
} & (InCluster | External);

export type ResolvedRabbitmq = ResolvedDatastoreBase & {
  readonly declaration: RabbitmqDeclaration;
  /** What services connect as: it publishes and consumes, and changes nothing of the topology. */
  readonly application: AlternatingLogin;
} & (InCluster | External);

export type ResolvedMongodb = ResolvedDatastoreBase & {
  readonly declaration: MongodbDeclaration;
  /** For people; only where the server is ours. */
  readonly administrator?: Login;
  /** What services connect as: it reads and writes its own database. */
  readonly user: string;
  readonly password: ResolvedSecret;
} & (InCluster | External);

export type ResolvedQdrant = ResolvedDatastoreBase & {
  readonly declaration: QdrantDeclaration;
  /** Its API key. */
  readonly password: ResolvedSecret;
} & (InCluster | External);

export type ResolvedPubsub = ResolvedDatastoreBase & {
  readonly declaration: PubsubDeclaration;
  readonly project: string;
} & (InCluster | External);

/** One datastore as the stack provides it, in the cluster or outside. */
export type ResolvedDatastore =
  ResolvedPostgresql | ResolvedRedis | ResolvedRabbitmq | ResolvedMongodb | ResolvedQdrant | ResolvedPubsub;

/** A datastore that the stack does not have, and why. */
export interface AbsentDatastore {
  readonly platform: string;
  readonly datastore: string;
  readonly engine: DatastoreDeclaration["engine"];
  readonly reason: string;
}

/** The Job that brings a database's schema up to date before the services that need it start. */
export interface ResolvedMigration {
  readonly database: ResolvedPostgresql;
  readonly image: string;
  readonly files: MigrationFiles;
  readonly labels: Labels;
  readonly selector: Labels;
  readonly objectName: string;
}

/** Nightly dumps of one database, and how many of them are kept. */
export interface ResolvedBackup {
  readonly database: Extract<ResolvedPostgresql, { kind: "inCluster" }>;
  /** Makes the dumps. */
  readonly login: Login;
  /** Puts them back. */
  readonly administrator: Login;
  /** As crontab writes it, in UTC. */
  readonly schedule: string;
  readonly keep: number;
  /** Size of the volume that holds the dumps. */
  readonly storage: string;
  readonly labels: Labels;
  readonly selector: Labels;
  readonly objectName: string;
}

export interface ResolvedPlatform {
  readonly name: string;
  readonly title: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly shared: SharedObjects;
  readonly services: readonly ResolvedService[];
  /** Its workers, jobs and cron jobs. */
  readonly tasks: readonly ResolvedTask[];
  readonly datastores: readonly ResolvedDatastore[];
  /** Datastores that this stack does not have. */
  readonly absent: readonly AbsentDatastore[];
  /** The API gateway that this stack does not have, and why. */
  readonly absentGateway?: { readonly name: string; readonly reason: string };
  /** One for each database that is set up or migrated. */
  readonly migrations: readonly ResolvedMigration[];
  readonly backups: readonly ResolvedBackup[];
  /** Names of services in the order they may start: all of one wave together, each wave after the one before. */
  readonly waves: readonly (readonly string[])[];
  /** What divides its traffic; left out where nothing does. */
  readonly gateway?: ResolvedGateway;
  readonly routes: readonly ResolvedRoute[];
  /** There wherever there is a gateway. */
  readonly release?: ResolvedRelease;
  /** The new revisions while they are tried. */
  readonly canary?: ResolvedCanary;
}

/** A whole stack as plain data: what components build, `fleet render` prints and every test reads. */
export interface ResolvedStack {
  readonly stack: string;
  readonly cluster: { readonly context: string; readonly local: boolean };
  /** The Kubernetes groups that may deploy the stack and that may read it. */
  readonly access: { readonly deployers: string; readonly readers: string };
  readonly registry: { readonly server: string; readonly username?: string };
  readonly images: Readonly<Record<string, ResolvedImage>>;
  /** The keys (PEM) of which one must have signed each pinned image; nothing is asked where it is left out. */
  readonly verification?: { readonly publicKeys: readonly string[] };
  readonly platforms: readonly ResolvedPlatform[];
  /** What the platforms would stand on and this stack does not deploy, for the stack's output. */
  readonly absent: readonly AbsentDatastore[];
}
