import type { Link } from "./contract.ts";
import { describeFailure, passwordsIn } from "./failure.ts";
import type { CheckedLink, LinkState } from "./health.ts";
import type { Probe } from "./probes/probe.ts";
import type { Environment } from "./settings.ts";
import { sharedCheck } from "./shared-check.ts";

/** The live state of a service's links. */
export interface Links {
  /** The state of every link, at most one second old. Never rejects. */
  check(): Promise<readonly CheckedLink[]>;
  close(): Promise<void>;
}

/** Clients are loaded only for the kinds a service links to: that saves start-up time and memory in every pod. */
async function openProbe(link: Exclude<Link, { kind: "absent" }>, url: string): Promise<Probe> {
  switch (link.kind) {
    case "postgresql":
      return (await import("./probes/postgresql.ts")).postgresqlProbe(url);
    case "redis":
      return (await import("./probes/redis.ts")).redisProbe(url);
    case "rabbitmq":
      return (await import("./probes/rabbitmq.ts")).rabbitmqProbe(url);
    case "mongodb":
      return (await import("./probes/mongodb.ts")).mongodbProbe(url);
    case "qdrant":
      return (await import("./probes/http.ts")).httpProbe(url, "/readyz");
    case "pubsub":
      return (await import("./probes/pubsub.ts")).pubsubProbe(url, link.project);
    case "http":
      return (await import("./probes/http.ts")).httpProbe(url, link.path);
  }
}

interface OpenLink {
  readonly state: () => Promise<LinkState>;
  readonly close: () => Promise<void>;
}

function constant(state: LinkState): OpenLink {
  return { state: () => Promise.resolve(state), close: () => Promise.resolve() };
}

async function openLink(link: Link, environment: Environment): Promise<OpenLink> {
  if (link.kind === "absent") return constant({ kind: "absent", reason: link.reason });
  const url = environment[link.variable] ?? "";
  if (url === "") return constant({ kind: "absent", reason: `${link.variable} is not set` });
  const probe = await openProbe(link, url);
  const secrets = passwordsIn(url);
  return {
    state: () =>
      probe.check().then(
        () => ({ kind: "connected" }),
        (error: unknown) => ({ kind: "unreachable", reason: describeFailure(error, secrets) }),
      ),
    close: () => probe.close(),
  };
}

/**
 * Opens the links of a service and checks them all at once whenever asked.
 *
 * @param onChange called when a link's state differs from the one before, for the log.
 */
export async function openLinks(
  declared: readonly Link[],
  environment: Environment,
  onChange: (link: CheckedLink) => void = () => undefined,
): Promise<Links> {
  const opened = await Promise.all(
    declared.map(async (link) => ({
      ...(await openLink(link, environment)),
      name: link.name,
      required: link.required,
    })),
  );
  const before = new Map<string, string>();

  const checkAll = async (): Promise<readonly CheckedLink[]> => {
    const checked = await Promise.all(
      opened.map(async ({ name, required, state }) => ({ name, required, state: await state() })),
    );
    for (const link of checked) {
      if (before.get(link.name) !== link.state.kind) onChange(link);
      before.set(link.name, link.state.kind);
    }
    return checked;
  };

  return {
    check: sharedCheck(checkAll, 1_000),
    close: async () => {
      await Promise.allSettled(opened.map((link) => link.close()));
    },
  };
}
