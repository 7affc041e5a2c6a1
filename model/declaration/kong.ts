import { link } from "./link.ts";
import { random } from "./secret.ts";
import { defineService, type ComposedParts, type Seed, type ServiceDeclaration } from "./service.ts";
import { TCP } from "./specification.ts";

/** How Kong leads to one service: `/<name>` is its root, `/health/<name>` its health report. */
export interface KongRoute {
  readonly target: ServiceDeclaration;
  /** `public`: whoever has an API key. `internal`: whoever comes from a private address. */
  readonly audience: "public" | "internal";
  /** Path of the service's health report. */
  readonly report: string;
  /** Requests that one client may make of it in a minute. */
  readonly requestsPerMinute: number;
}

/** What a person writes of a Kong without a database. */
export interface KongArguments {
  readonly name: string;
  readonly title: string;
  readonly seeds: readonly Seed[];
  readonly routes: readonly KongRoute[];
  /** Requests that one client may make of everything together in a minute. */
  readonly requestsPerMinute: number;
  /** Where pages come from that may call it (CORS). */
  readonly origins: readonly string[];
  /** Who has an API key, and the secret that holds it. */
  readonly consumers: Readonly<Record<string, string>>;
}

const PROXY_PORT = 8000;
const ADMIN_PORT = 8001;
const API_KEY_LENGTH = 40;

// RFC 1918 and loopback: where internal callers come from.
const PRIVATE_RANGES = ["10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/**
 * Declares Kong as a platform's API gateway, configured by one declarative text from the links to what it leads to.
 *
 * The text is in a Secret, because Kong resolves no reference in a consumer's key (Kong: Vaults, referenceable fields). The
 * admin API answers inside the pod alone: `kubectl port-forward` reaches it, the network does not.
 */
export function defineKong(kong: KongArguments): ServiceDeclaration {
  return defineService({
    name: kong.name,
    title: kong.title,
    seeds: kong.seeds,
    language: "thirdParty",
    port: PROXY_PORT,
    host: "",
    health: { report: "/health", ready: "/health", live: TCP },
    environment: {
      KONG_DATABASE: "off",
      KONG_PREFIX: "/tmp/kong",
      KONG_PROXY_LISTEN: `0.0.0.0:${PROXY_PORT}`,
      KONG_ADMIN_LISTEN: `127.0.0.1:${ADMIN_PORT}`,
      KONG_PROXY_ACCESS_LOG: "/dev/stdout",
      KONG_PROXY_ERROR_LOG: "/dev/stderr",
    },
    secrets: Object.fromEntries(Object.values(kong.consumers).map((secret) => [secret, random(API_KEY_LENGTH)])),
    composed: { KONG_DECLARATIVE_CONFIG_STRING: (parts) => JSON.stringify(configuration(kong, parts)) },
    links: kong.routes.map(({ target }) => link(target)),
  });
}

/** Kong's declarative configuration (Kong Gateway 3.5: DB-less and Declarative Configuration; Plugins). */
function configuration(kong: KongArguments, { url, secrets }: ComposedParts) {
  return {
    _format_version: "3.0",
    services: [
      ...kong.routes.flatMap((route) => [leadsTo(route, url(route.target)), reports(route, url(route.target))]),
      own(kong),
    ],
    plugins: [
      rateLimit(kong.requestsPerMinute),
      {
        name: "cors",
        config: { origins: kong.origins, headers: ["Content-Type", "apikey"], credentials: false, max_age: 3600 },
      },
      { name: "prometheus" },
      { name: "file-log", config: { path: "/dev/stdout" } },
    ],
    consumers: Object.entries(kong.consumers).map(([username, secret]) => ({
      username,
      keyauth_credentials: secrets(secret).map((key) => ({ key })),
    })),
  };
}

function leadsTo({ target: { name }, audience, requestsPerMinute }: KongRoute, url: string) {
  return {
    name,
    url,
    routes: [{ name, paths: [`/${name}`], strip_path: true }],
    plugins: [
      audience === "public"
        ? { name: "key-auth", config: { key_names: ["apikey"], hide_credentials: true } }
        : { name: "ip-restriction", config: { allow: PRIVATE_RANGES } },
      rateLimit(requestsPerMinute),
    ],
  };
}

function reports({ target: { name }, report }: KongRoute, url: string) {
  const id = `${name}-health`;
  return {
    name: id,
    url: `${url}${report}`,
    routes: [{ name: id, paths: [`/health/${name}`], methods: ["GET"], strip_path: true }],
  };
}

/** Kong's own health, which it answers itself: that it routes. */
function own({ name }: KongArguments) {
  const body = JSON.stringify({ status: "healthy", service: name, dependencies: {} });
  return {
    name,
    url: `http://127.0.0.1:${PROXY_PORT}`,
    routes: [{ name, paths: ["~/health$"], methods: ["GET"] }],
    plugins: [{ name: "request-termination", config: { status_code: 200, content_type: "application/json", body } }],
  };
}

function rateLimit(minute: number) {
  return { name: "rate-limiting", config: { minute, policy: "local" } };
}
