import type { IncomingMessage } from "node:http";
import pRetry, { AbortError } from "p-retry";
import { isMap, type PropertyValue } from "../protocol/values.ts";
import { ApiError, isNotFound, isPassing } from "./api-error.ts";
import type { Connection, HttpRequest } from "./connection.ts";
import { at, listAt, nameOf, namespaceOf, textAt, type KubeObject } from "./object.ts";

/** How the API server serves a kind. */
export interface ResourceKind {
  /** Where its objects are listed, without the namespace: `/apis/apps/v1`. */
  readonly prefix: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** How a server-side apply is carried out. */
export interface ApplyOptions {
  readonly fieldManager: string;
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** How long an API server may take to come back, in milliseconds: a restart takes a few seconds. */
const COMES_BACK_WITHIN = 60_000;

/** The API server's operations that the stand-in needs, repeated while the server is down. */
export class KubernetesApi {
  readonly #connection: Connection;
  readonly #signal: AbortSignal;
  readonly #kinds = new Map<string, Promise<ReadonlyMap<string, ResourceKind>>>();

  /** `signal` ends every request and every repetition. */
  constructor(connection: Connection, signal: AbortSignal) {
    this.#connection = connection;
    this.#signal = signal;
  }

  /** Whether the server answers now, or within a moment. */
  async isReachable(): Promise<boolean> {
    try {
      await pRetry(() => this.#once({ method: "GET", path: "/version" }), { retries: 2, minTimeout: 300 });
      return true;
    } catch (error) {
      return error instanceof ApiError;
    }
  }

  /** How a kind is served, or undefined if the server does not know it (yet). */
  async kind(apiVersion: string, kind: string): Promise<ResourceKind | undefined> {
    const known = (await this.#kindsOf(apiVersion)).get(kind);
    if (known) return known;
    this.#kinds.delete(apiVersion);
    return (await this.#kindsOf(apiVersion)).get(kind);
  }

  async get(object: KubeObject): Promise<KubeObject> {
    return this.#object({ method: "GET", path: await this.path(object) });
  }

  async apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject> {
    const query = new URLSearchParams({
      fieldManager: options.fieldManager,
      force: String(options.force),
      fieldValidation: "Warn",
      ...(options.dryRun ? { dryRun: "All" } : {}),
    });
    return this.#object({
      method: "PATCH",
      path: `${await this.path(object)}?${query.toString()}`,
      body: JSON.stringify(object),
      contentType: "application/apply-patch+yaml",
    });
  }

  /** Replaces the record of who owns which field, unless the object has changed since `live` was read. */
  async setManagedFields(live: KubeObject, managedFields: PropertyValue[]): Promise<KubeObject> {
    return this.#object({
      method: "PATCH",
      path: await this.path(live),
      body: JSON.stringify([
        { op: "replace", path: "/metadata/managedFields", value: managedFields },
        { op: "replace", path: "/metadata/resourceVersion", value: textAt(live, "metadata", "resourceVersion") },
      ]),
      contentType: "application/json-patch+json",
    });
  }

  async delete(object: KubeObject, propagationPolicy: "Foreground" | "Background" | "Orphan"): Promise<void> {
    const body = JSON.stringify({ apiVersion: "v1", kind: "DeleteOptions", propagationPolicy });
    await this.#object({ method: "DELETE", path: await this.path(object), body, contentType: "application/json" });
  }

  /** All objects of a kind in a namespace, and the version to watch from. */
  async list(path: string): Promise<{ readonly items: KubeObject[]; readonly resourceVersion: string }> {
    const list = await this.#object({ method: "GET", path });
    const [apiVersion, kind] = [textAt(list, "apiVersion"), textAt(list, "kind").replace(/List$/, "")];
    // The server leaves both out of a list's items.
    const items = listAt(list, "items")
      .filter(isMap)
      .map((item) => ({ ...item, apiVersion, kind }));
    return { items, resourceVersion: textAt(list, "metadata", "resourceVersion") };
  }

  /** An open watch's lines, as they come. Ends or throws when the server ends it. */
  async *watch(path: string, resourceVersion: string, signal: AbortSignal): AsyncGenerator<KubeObject> {
    const query = new URLSearchParams({ watch: "true", allowWatchBookmarks: "true", resourceVersion });
    const response = await this.#connection.send({ method: "GET", path: `${path}?${query.toString()}`, signal });
    if ((response.statusCode ?? 500) >= 400) throw await apiError(response);
    let rest = "";
    for await (const chunk of response.setEncoding("utf8")) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") yield JSON.parse(line) as KubeObject;
    }
  }

  /** Where an object is found. Throws if the server does not know its kind. */
  async path(object: KubeObject): Promise<string> {
    return `${await this.listPath(textAt(object, "apiVersion"), textAt(object, "kind"), namespaceOf(object))}/${nameOf(object)}`;
  }

  /** Where the objects of a kind in a namespace are listed. Throws if the server does not know the kind. */
  async listPath(apiVersion: string, kind: string, namespace: string): Promise<string> {
    const served = await this.kind(apiVersion, kind);
    if (!served) throw new UnknownKind(apiVersion, kind);
    const inside = served.namespaced ? `/namespaces/${namespace || "default"}` : "";
    return `${served.prefix}${inside}/${served.plural}`;
  }

  async #kindsOf(apiVersion: string): Promise<ReadonlyMap<string, ResourceKind>> {
    const known = this.#kinds.get(apiVersion) ?? this.#discover(apiVersion);
    this.#kinds.set(apiVersion, known);
    return known;
  }

  async #discover(apiVersion: string): Promise<ReadonlyMap<string, ResourceKind>> {
    const prefix = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    try {
      const list = await this.#object({ method: "GET", path: prefix });
      const served = listAt(list, "resources").filter((resource) => !textAt(resource, "name").includes("/"));
      return new Map(
        served.map((resource) => [
          textAt(resource, "kind"),
          { prefix, plural: textAt(resource, "name"), namespaced: at(resource, "namespaced") === true },
        ]),
      );
    } catch (error) {
      this.#kinds.delete(apiVersion);
      if (isNotFound(error)) return new Map();
      throw error;
    }
  }

  async #object(request: HttpRequest): Promise<KubeObject> {
    return pRetry(
      async () => {
        try {
          return await this.#once(request);
        } catch (error) {
          if (isPassing(error) || !(error instanceof Error)) throw error;
          throw new AbortError(error);
        }
      },
      {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: 200,
        maxTimeout: 2_000,
        maxRetryTime: COMES_BACK_WITHIN,
        signal: this.#signal,
      },
    );
  }

  async #once(request: HttpRequest): Promise<KubeObject> {
    const response = await this.#connection.send({ ...request, signal: this.#signal });
    if ((response.statusCode ?? 500) >= 400) throw await apiError(response);
    return JSON.parse(await bodyOf(response)) as KubeObject;
  }
}

/** The API server does not serve a kind: most often its CustomResourceDefinition is missing. */
export class UnknownKind extends Error {
  override readonly name = "UnknownKind";
  constructor(apiVersion: string, kind: string) {
    super(`the API server knows no ${kind} of ${apiVersion}: is its CustomResourceDefinition installed?`);
  }
}

async function apiError(response: IncomingMessage): Promise<ApiError> {
  const body = await bodyOf(response);
  return new ApiError(response.statusCode ?? 500, parsed(body), body);
}

function parsed(body: string): PropertyValue {
  try {
    return JSON.parse(body) as PropertyValue;
  } catch {
    return null;
  }
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of response.setEncoding("utf8")) body += String(chunk);
  return body;
}
