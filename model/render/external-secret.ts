import type { ObjectMeta } from "kubernetes-types/meta/v1";
import { fragments, type Fragment } from "../placeholder.ts";
import type { ResolvedSecret, ResolvedSecretSource } from "../resolve/resolved.ts";

type StoreSource = Extract<ResolvedSecretSource, { readonly from: "externalStore" }>;

/** Asks External Secrets Operator for a Secret. Source: External Secrets Operator, API specification, `ExternalSecret`. */
export interface ExternalSecret {
  readonly apiVersion: "external-secrets.io/v1";
  readonly kind: "ExternalSecret";
  readonly metadata: ObjectMeta;
  readonly spec: {
    /** How often the operator reads the store: `1h`. */
    readonly refreshInterval: string;
    readonly secretStoreRef: { readonly kind: StoreSource["store"]["kind"]; readonly name: string };
    readonly target: {
      readonly name: string;
      readonly creationPolicy: "Owner";
      readonly template: {
        readonly engineVersion: "v2";
        readonly type: "Opaque";
        readonly metadata: { readonly labels: Readonly<Record<string, string>> };
        /** Each key of the Secret as a Go template over the values below. */
        readonly data: Readonly<Record<string, string>>;
      };
    };
    readonly data: readonly { readonly secretKey: string; readonly remoteRef: StoreSource["remote"] }[];
  };
}

/** What a Secret was going to hold, parted by who knows the values. */
export interface PartedSecret {
  /** For a Secret of the program's own. */
  readonly own: Readonly<Record<string, string>>;
  /** For a Secret that the operator makes. */
  readonly fromStore: Readonly<Record<string, string>>;
}

/** Parts entries by the owner of their values: the operator has those that hold a secret of an external store. */
export function partedSecret(data: Readonly<Record<string, string>>, secrets: readonly ResolvedSecret[]): PartedSecret {
  const stored = storedSecrets(secrets);
  const isStored = ([, value]: readonly [string, string]) =>
    fragments(value).some((part) => typeof part !== "string" && stored.has(part.key));
  const entries = Object.entries(data);
  return {
    own: Object.fromEntries(entries.filter((entry) => !isStored(entry))),
    fromStore: Object.fromEntries(entries.filter(isStored)),
  };
}

/**
 * Renders the ExternalSecret for entries whose placeholders are all secrets of an external store. A value that a
 * connection string is composed of is escaped there, for nobody here knows its characters.
 *
 * Pulumi waits until the operator has made the Secret, so that no pod starts without it.
 */
export function renderExternalSecret(
  metadata: ObjectMeta,
  data: Readonly<Record<string, string>>,
  secrets: readonly ResolvedSecret[],
): ExternalSecret | undefined {
  const stored = storedSecrets(secrets);
  const used = Object.values(data)
    .flatMap(fragments)
    .flatMap((part) => (typeof part === "string" ? [] : [part.key]));
  const sources = [...new Set(used)].map((key) => ({ key, source: sourceOf(stored, key) }));
  const store = sources[0]?.source.store;
  if (!store) return undefined;
  const name = metadata.name ?? "";
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { ...metadata, annotations: { "pulumi.com/waitFor": "condition=Ready" } },
    spec: {
      refreshInterval: store.refreshInterval,
      secretStoreRef: { kind: store.kind, name: store.name },
      target: {
        name,
        creationPolicy: "Owner",
        template: {
          engineVersion: "v2",
          type: "Opaque",
          metadata: { labels: { ...metadata.labels } },
          data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, goTemplate(value)])),
        },
      },
      data: sources.map(({ key, source }) => ({ secretKey: variableOf(key), remoteRef: { ...source.remote } })),
    },
  };
}

function storedSecrets(secrets: readonly ResolvedSecret[]): ReadonlyMap<string, StoreSource> {
  return new Map(
    secrets.flatMap(({ key, source }) => (source.from === "externalStore" ? [[key, source] as const] : [])),
  );
}

function sourceOf(stored: ReadonlyMap<string, StoreSource>, key: string): StoreSource {
  const source = stored.get(key);
  if (!source) throw new Error(`A value holds ${key} beside a secret of an external store: it would have two owners.`);
  return source;
}

/** `NEON_APP_PASSWORD` of `sophia.NEON_APP_PASSWORD`. */
function variableOf(key: string): string {
  return key.split(".")[1] ?? key;
}

const URL_START = /^[a-z][a-z0-9+.-]*:\/\//;

function goTemplate(value: string): string {
  const parts = fragments(value);
  const escaped = URL_START.test(value);
  return parts.map((part) => (typeof part === "string" ? literal(part) : reference(part, escaped))).join("");
}

function literal(text: string): string {
  return text.replaceAll("{{", '{{ "{{" }}');
}

// Go's urlquery writes a space as +, which means a space in a query only.
function reference(part: Exclude<Fragment, string>, escaped: boolean): string {
  return `{{ .${variableOf(part.key)}${escaped ? ' | urlquery | replace "+" "%20"' : ""} }}`;
}
