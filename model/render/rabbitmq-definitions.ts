import { secretPlaceholder } from "../placeholder.ts";
import type { ResolvedRabbitmq } from "../resolve/resolved.ts";

/** What a queue is called that keeps an event's rejected messages until they are tried again. */
export function retryQueue(event: string): string {
  return `${event}.retry`;
}

/** What a queue is called that keeps what a consumer gave up on, for people. */
export function deadLetterQueue(event: string): string {
  return `${event}.dead-letter`;
}

/**
 * The broker's definitions file (RabbitMQ: Schema Definition Export and Import): virtual host, login, exchanges, queues,
 * bindings and policies. Loaded at each start, before the broker listens.
 *
 * A rejected message goes to the retry exchange, waits in the event's retry queue, and comes back through the main
 * exchange; a consumer counts its rounds in `x-death`. Queues are durable quorum queues, so what was confirmed survives
 * a restart. Times and dead-lettering are policies and not queue arguments: those could not be changed later.
 */
export function rabbitmqDefinitions({ declaration, application }: ResolvedRabbitmq): object {
  const { virtualHost: vhost, exchange, events, retryDelaySeconds } = declaration;
  const retry = `${exchange}.retry`;
  const deadLetter = `${exchange}.dead-letter`;
  const logins = [application, ...(application.previous ? [application.previous] : [])];
  const queues = [
    { source: exchange, name: (event: string) => event },
    { source: retry, name: retryQueue },
    { source: deadLetter, name: deadLetterQueue },
  ];
  const policy = (name: string, suffix: string, definition: object) => ({
    vhost,
    name,
    pattern: `^(${events.map(escaped).join("|")})${escaped(suffix)}$`,
    "apply-to": "quorum_queues",
    priority: 0,
    // A message leaves a queue only once the next one has confirmed it.
    definition: { ...definition, "dead-letter-strategy": "at-least-once", overflow: "reject-publish" },
  });
  return {
    vhosts: [{ name: vhost }],
    users: [
      ...logins.map(({ user, password }) => ({ name: user, password: secretPlaceholder(password.key), tags: [] })),
      // Loading definitions removes nobody; without a hash no password is right.
      ...(application.retiredUser === undefined
        ? []
        : [{ name: application.retiredUser, password_hash: "", tags: [] }]),
    ],
    permissions: logins.map(({ user }) => ({
      user,
      vhost,
      // Nothing: services declare passively, the topology is fleet's.
      configure: "^$",
      write: `^${escaped(exchange)}(\\.retry|\\.dead-letter)?$`,
      read: `^(${events.map(escaped).join("|")})(\\.dead-letter)?$`,
    })),
    exchanges: [exchange, retry, deadLetter].map((name) => ({
      vhost,
      name,
      type: "topic",
      durable: true,
      auto_delete: false,
      internal: false,
      arguments: {},
    })),
    queues: events.flatMap((event) =>
      queues.map(({ name }) => ({
        vhost,
        name: name(event),
        durable: true,
        auto_delete: false,
        arguments: { "x-queue-type": "quorum" },
      })),
    ),
    bindings: events.flatMap((event) =>
      queues.map(({ source, name }) => ({
        vhost,
        source,
        destination: name(event),
        destination_type: "queue",
        routing_key: event,
        arguments: {},
      })),
    ),
    policies: [
      policy("rejected", "", { "dead-letter-exchange": retry }),
      policy("retry", ".retry", { "dead-letter-exchange": exchange, "message-ttl": retryDelaySeconds * 1000 }),
    ],
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
