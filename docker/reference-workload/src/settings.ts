import { z } from "zod";
import { contractSchema, type Contract, type Link } from "./contract.ts";
import { faultSchema, type Fault } from "./fault.ts";

/** Everything that the environment tells the workload. */
export interface Settings {
  readonly contract: Contract;
  readonly fault: Fault;
  /** TCP port, from `PORT`. Default 8000, uvicorn's. */
  readonly port: number;
  /** Address to listen on, from `HOST`. Default 0.0.0.0 (seed 004: "Not localhost!"). */
  readonly host: string;
  /** From `SERVICE_VERSION`. Default `0.0.0`. */
  readonly version: string;
  /** Seconds to keep serving after SIGTERM, from `SHUTDOWN_GRACE_SECONDS`. Default 5. */
  readonly graceSeconds: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly service: string; readonly issues: readonly string[] };

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, "must be a whole number")
    .transform(Number)
    .pipe(z.int().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`));

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may hold what must not be logged.
    context.addIssue("is not valid JSON");
    return z.NEVER;
  }
});

const environmentSchema = z.object({
  REFERENCE_CONTRACT: z.string("is missing").pipe(json).pipe(contractSchema),
  REFERENCE_FAULT: json.pipe(faultSchema).default({ kind: "none" }),
  PORT: wholeNumber(0, 65_535).default(8000),
  HOST: z.string().default("0.0.0.0"),
  SERVICE_VERSION: z.string().default("0.0.0"),
  SHUTDOWN_GRACE_SECONDS: wholeNumber(0, 300).default(5),
});

const schemes: Readonly<Record<Exclude<Link["kind"], "absent" | "pubsub">, readonly string[]>> = {
  postgresql: ["postgresql:", "postgres:"],
  redis: ["redis:", "rediss:"],
  rabbitmq: ["amqp:", "amqps:"],
  mongodb: ["mongodb:", "mongodb+srv:"],
  qdrant: ["http:", "https:"],
  http: ["http:", "https:"],
};

/** Names of the variables that the contract requires and the environment does not give; an empty one is not given. */
export function missingVariables(contract: Contract, environment: Environment): string[] {
  const ofLinks = contract.links.flatMap((link) => (link.kind !== "absent" && link.required ? [link.variable] : []));
  return [...new Set([...contract.required, ...ofLinks])].filter((name) => (environment[name] ?? "") === "");
}

function malformedUrls(contract: Contract, environment: Environment): string[] {
  return contract.links.flatMap((link) => {
    const value = link.kind === "absent" ? "" : (environment[link.variable] ?? "");
    if (link.kind === "absent" || value === "") return [];
    if (link.kind === "pubsub")
      return /^[^\s/:]+:\d+$/.test(value) ? [] : [`${link.variable} is not an address of the form host:port`];
    const allowed = schemes[link.kind];
    return URL.canParse(value) && allowed.includes(new URL(value).protocol)
      ? []
      : [`${link.variable} is not a URL that starts with ${allowed.map((scheme) => `${scheme}//`).join(" or ")}`];
  });
}

/** Reads the settings from the environment and reports every issue at once. No issue quotes a value. */
export function readSettings(environment: Environment): SettingsResult {
  // An empty variable is how Kubernetes says "not set".
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => {
      const [name, ...inside] = path.map(String);
      return `${name ?? "environment"}${inside.length > 0 ? ` at ${inside.join(".")}` : ""}: ${message}`;
    });
    return { ok: false, service: "reference-workload", issues };
  }
  const { REFERENCE_CONTRACT: contract, REFERENCE_FAULT: fault } = parsed.data;
  const missing = missingVariables(contract, environment);
  const issues = [
    ...(missing.length > 0 ? [`missing environment variables: ${missing.join(", ")}`] : []),
    ...malformedUrls(contract, environment),
  ];
  if (issues.length > 0) return { ok: false, service: contract.service, issues };
  return {
    ok: true,
    settings: {
      contract,
      fault,
      port: parsed.data.PORT,
      host: parsed.data.HOST,
      version: parsed.data.SERVICE_VERSION,
      graceSeconds: parsed.data.SHUTDOWN_GRACE_SECONDS,
    },
  };
}
