import { z } from "zod";

const path = z
  .string()
  .regex(/^\/[^\s?#]*$/, "must be a path that starts with / and has no query")
  .refine((value) => !/[{}]/.test(value.replaceAll(/\{[A-Za-z_]\w*\}/g, "")), "has a placeholder that is not {name}");

const variable = z.string().regex(/^[A-Za-z_]\w*$/, "must be the name of an environment variable");

const linkBase = { name: z.string().min(1), required: z.boolean() };

/**
 * One dependency of the service, as the link graph of fleet knows it.
 *
 * `variable` names the environment variable that holds the dependency's URL (the emulator's address for `pubsub`); `path`
 * is what an `http` link requests, `project` where a `pubsub` link's topics live.
 * `absent` is a dependency that this stack does not deploy: it is reported with its reason, and never probed.
 */
export const linkSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("postgresql"), variable, ...linkBase }),
  z.strictObject({ kind: z.literal("redis"), variable, ...linkBase }),
  z.strictObject({ kind: z.literal("rabbitmq"), variable, ...linkBase }),
  z.strictObject({ kind: z.literal("mongodb"), variable, ...linkBase }),
  z.strictObject({ kind: z.literal("qdrant"), variable, ...linkBase }),
  z.strictObject({ kind: z.literal("pubsub"), variable, project: z.string().min(1), ...linkBase }),
  z.strictObject({ kind: z.literal("http"), variable, path: path.default("/health/live"), ...linkBase }),
  z.strictObject({ kind: z.literal("absent"), reason: z.string().min(1), ...linkBase }),
]);

/** What the stood-in service promises: rendered by fleet into the environment variable `REFERENCE_CONTRACT`. */
export const contractSchema = z.strictObject({
  service: z.string().min(1),
  health: z
    .strictObject({
      report: path.default("/health"),
      ready: path.default("/health/ready"),
      live: path.default("/health/live"),
    })
    .prefault({}),
  endpoints: z
    .array(z.strictObject({ method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).default("GET"), path }))
    .default([]),
  page: z.strictObject({ title: z.string().min(1) }).optional(),
  /** A job: it checks its links, says how they are, and ends. */
  once: z.boolean().default(false),
  required: z.array(variable).default([]),
  links: z
    .array(linkSchema)
    .refine((links) => new Set(links.map((link) => link.name)).size === links.length, "two links have the same name")
    .default([]),
});

export type Link = z.output<typeof linkSchema>;
export type Contract = z.output<typeof contractSchema>;

/** The route pattern of a documented path: OpenAPI's `/calls/{id}` is the router's `/calls/:id`. */
export function routePattern(documented: string): string {
  return documented.replaceAll(/\{(\w+)\}/g, ":$1");
}
