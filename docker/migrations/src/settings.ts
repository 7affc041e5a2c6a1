import { z } from "zod";

/** What to do: the first argument of the image. */
export type Command =
  /** As an administrator: the roles, their passwords, the extensions. */
  | { readonly kind: "bootstrap" }
  /** As the owner: every migration that is not there yet, or up to `target`. */
  | { readonly kind: "up"; readonly target: string }
  /** As the owner: back down to `target`, 0 for an empty schema. */
  | { readonly kind: "down"; readonly target: string }
  /** Says what is applied and what is not. */
  | { readonly kind: "status" };

export const usage = "use: bootstrap | up [version] | down <version> | status";

/** Reads the command line. @returns undefined when it says nothing of the above. */
export function readCommand(words: readonly string[]): Command | undefined {
  const [kind, target, ...rest] = words;
  if (rest.length > 0 || (target !== undefined && !/^\d+$/.test(target))) return undefined;
  if (kind === "bootstrap" || kind === "status") return target === undefined ? { kind } : undefined;
  if (kind === "down") return target === undefined ? undefined : { kind, target };
  return kind === "up" ? { kind, target: target ?? "max" } : undefined;
}

const postgresUrl = z
  .string("is missing")
  .refine((value) => URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol), {
    error: "is not a postgresql:// URL",
  });

const names = z.string().transform((text) =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== ""),
);

/** The environment of every command. */
export const migrationEnvironment = z.object({
  /** The owner of the schema and its password. */
  DATABASE_URL: postgresUrl,
  /** The same login by another way, tried where the first one does not lead to the server. Default: there is none. */
  DATABASE_FALLBACK_URL: postgresUrl.optional(),
  /** Directory of `NNN.do.<name>.sql` and `NNN.undo.<name>.sql`. Default `/migrations`. */
  MIGRATIONS_PATH: z.string().default("/migrations"),
  /** PostgreSQL's `statement_timeout`. Default `60s`. */
  STATEMENT_TIMEOUT: z
    .string()
    .regex(/^\d+(ms|s|min)$/, "must be like 500ms, 60s or 5min")
    .default("60s"),
  /** PostgreSQL's `lock_timeout`: a migration waits no longer behind the queries of running services. Default `10s`. */
  LOCK_TIMEOUT: z
    .string()
    .regex(/^\d+(ms|s|min)$/, "must be like 500ms, 60s or 5min")
    .default("10s"),
  /** Seconds to wait for the database to accept connections. Default 60. */
  CONNECT_TIMEOUT_SECONDS: z.coerce.number().int().min(0).max(3_600).default(60),
});

/** What `bootstrap` needs on top. */
export const bootstrapEnvironment = migrationEnvironment.extend({
  /** A superuser, or a role that may create roles and extensions. */
  ADMIN_DATABASE_URL: postgresUrl,
  /** The administrator with the password before, in the middle of its rotation. Default: there is none. */
  ADMIN_PREVIOUS_DATABASE_URL: postgresUrl.optional(),
  /** The role with the application's rights, where the user below is its alternate. Default: that user. */
  APP_ROLE: z.string().optional(),
  /** The user that services connected as before, and which may no longer log in. Default: there is none. */
  RETIRED_ROLE: z.string().optional(),
  /** The role that services connect as, and its password. */
  APP_DATABASE_URL: postgresUrl,
  /** The role that dumps the database, and its password. Default: there is none. */
  BACKUP_DATABASE_URL: postgresUrl.optional(),
  /** Extensions to create, comma-separated, for those that only a superuser may. Default none. */
  DATABASE_EXTENSIONS: names.default([]),
});

export type MigrationEnvironment = z.output<typeof migrationEnvironment>;
export type BootstrapEnvironment = z.output<typeof bootstrapEnvironment>;

/** Parses the environment; every issue in one line, none with a value. */
export function readEnvironment<T extends z.ZodType>(
  schema: T,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly ok: true; readonly value: z.output<T> } | { readonly ok: false; readonly issues: string } {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, issues: parsed.error.issues.map((i) => `${i.path.join(".")} ${i.message}`).join("; ") };
}
