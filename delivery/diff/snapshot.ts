import { z } from "zod";

/** Changes with the shape of a snapshot: two snapshots of different formats cannot be compared. */
export const SNAPSHOT_FORMAT = 1;

const objectSchema = z.object({
  /** Where it stands among rendered files: `<namespace>/<Kind>-<name>.yaml`. */
  path: z.string(),
  platform: z.string(),
  /** The service or datastore it belongs to; left out for what a whole platform shares. */
  owner: z.string().optional(),
  /** The object, a fingerprint or an image's source in each placeholder's place. */
  object: z.record(z.string(), z.unknown()),
});

const violationSchema = z.object({
  rule: z.string(),
  level: z.enum(["mandatory", "advisory"]),
  object: z.string(),
  path: z.string(),
  problem: z.string(),
  fix: z.string(),
});

const edgeSchema = z.object({ from: z.string(), to: z.string(), required: z.boolean() });

const resolvedSchema = z.object({
  resolved: z.literal(true),
  stack: z.string(),
  objects: z.array(objectSchema),
  /** The link graph: `platform/name` by kind, and who links to whom. */
  nodes: z.array(z.object({ id: z.string(), kind: z.enum(["service", "datastore"]) })),
  edges: z.array(edgeSchema),
  /** The rules that the objects were judged by. */
  rules: z.array(z.string()),
  violations: z.array(violationSchema),
  /** Images that are built, by the text that stands for them in objects. */
  images: z.array(
    z.object({
      text: z.string(),
      context: z.string(),
      dockerfile: z.string(),
      arguments: z.record(z.string(), z.string()),
    }),
  ),
  /** Migration files of each database, with the SHA-256 of their text. */
  migrations: z.array(
    z.object({ platform: z.string(), database: z.string(), files: z.record(z.string(), z.string()) }),
  ),
});

const unresolvedSchema = z.object({
  resolved: z.literal(false),
  stack: z.string(),
  /** Why there is no stack, for people. */
  problem: z.string(),
});

const stackSchema = z.discriminatedUnion("resolved", [resolvedSchema, unresolvedSchema]);

export const snapshotSchema = z.object({ format: z.literal(SNAPSHOT_FORMAT), stacks: z.array(stackSchema) });

/** All that one commit renders, of every stack, as plain data; what `fleet snapshot` prints. It holds no secret. */
export type Snapshot = z.infer<typeof snapshotSchema>;

export type StackSnapshot = z.infer<typeof resolvedSchema>;

export type SnapshotObject = z.infer<typeof objectSchema>;

export type SnapshotViolation = z.infer<typeof violationSchema>;

export type SnapshotEdge = z.infer<typeof edgeSchema>;

/** Who an object belongs to: `platform/owner`, or the platform alone for what it shares. */
export function subjectOf({ platform, owner }: Pick<SnapshotObject, "platform" | "owner">): string {
  return owner === undefined ? platform : `${platform}/${owner}`;
}
