import type http from "node:http";
import type https from "node:https";
import {
  AppsV1Api,
  BatchV1Api,
  CoordinationV1Api,
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  ServerConfiguration,
  type RequestContext,
} from "@kubernetes/client-node";
import { ClusterAccessError } from "./access-error.ts";
import { httpSend, type HttpAnswer, type HttpGetOptions, type HttpSendOptions } from "./http-get.ts";
import { listItems } from "./list-items.ts";

/** One cluster, reached through one context of a kubeconfig. */
export interface Cluster {
  readonly context: string;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly batch: BatchV1Api;
  readonly coordination: CoordinationV1Api;
  /** GET of any path of the API server, such as a service proxy; answers of every status come back. */
  readonly get: (
    path: string,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal; readonly bodyLimit?: number },
  ) => Promise<HttpAnswer>;
  /** The same with a method and a body: what a service proxy hands on. */
  readonly send: (
    path: string,
    options: {
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly timeoutMs: number;
      readonly signal?: AbortSignal;
    },
  ) => Promise<HttpAnswer>;
  /**
   * The items of a list of the API server, as it sends them: `/api/v1/namespaces/NS/pods`. A list of a group that the
   * cluster does not know is empty.
   *
   * @throws ClusterAccessError when there is no answer, or a refusal.
   */
  readonly list: (path: string) => Promise<readonly object[]>;
}

export interface ClusterOptions {
  /** Path of the kubeconfig. Default: what kubectl takes (KUBECONFIG, ~/.kube/config, in-cluster). */
  readonly kubeConfigFile?: string;
  /** Name of the context. Default: the file's current one. */
  readonly context?: string;
  /** Time allowed for each call of the typed API, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number;
}

/**
 * Reads the kubeconfig and picks the context; makes no request yet.
 *
 * @throws ClusterAccessError when the file or the context is missing.
 */
export function connectCluster(options: ClusterOptions = {}): Cluster {
  const kubeConfig = loadKubeConfig(options);
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined) {
    throw new ClusterAccessError(`Context ${kubeConfig.currentContext} names no cluster. Check the kubeconfig.`);
  }
  const requestOptions = cachedRequestOptions(kubeConfig);
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: {
      default: {
        getName: () => "kubeconfig",
        applySecurityAuthentication: async (request: RequestContext) => {
          const { agent, headers } = await requestOptions();
          if (agent) request.setAgent(agent);
          for (const [name, value] of Object.entries(headers)) request.setHeaderParam(name, value);
          // Without it a call to an API server that is being restarted could hang for minutes.
          request.setSignal(AbortSignal.timeout(options.timeoutMs ?? 5_000));
        },
      },
    },
  });
  const send = async (
    path: string,
    { headers: own, ...settings }: HttpSendOptions & { readonly headers: Readonly<Record<string, string>> },
  ): Promise<HttpAnswer> => {
    const { agent, headers } = await requestOptions();
    return httpSend(`${server.replace(/\/$/, "")}${path}`, {
      ...settings,
      request: { headers: { ...own, ...headers }, ...(agent ? { agent } : {}) },
    });
  };
  const get = (path: string, settings: HttpGetOptions) => send(path, { ...settings, method: "GET", headers: {} });
  return {
    context: kubeConfig.currentContext,
    core: new CoreV1Api(configuration),
    apps: new AppsV1Api(configuration),
    batch: new BatchV1Api(configuration),
    coordination: new CoordinationV1Api(configuration),
    get,
    send,
    list: (path) => listItems((page) => get(page, { timeoutMs: LIST_TIMEOUT_MS, bodyLimit: Infinity }), path),
  };
}

/** Time allowed for one page of a list. */
const LIST_TIMEOUT_MS = 30_000;

function loadKubeConfig(options: ClusterOptions): KubeConfig {
  const kubeConfig = new KubeConfig();
  try {
    if (options.kubeConfigFile === undefined) kubeConfig.loadFromDefault();
    else kubeConfig.loadFromFile(options.kubeConfigFile);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClusterAccessError(`The kubeconfig ${options.kubeConfigFile ?? ""} cannot be read: ${reason}`);
  }
  if (options.context === undefined) return kubeConfig;
  const contexts = kubeConfig.getContexts().map((context) => context.name);
  if (!contexts.includes(options.context)) {
    throw new ClusterAccessError(
      `The kubeconfig has no context "${options.context}". It has: ${contexts.join(", ") || "none"}.`,
    );
  }
  kubeConfig.setCurrentContext(options.context);
  return kubeConfig;
}

interface RequestOptions {
  readonly agent?: http.Agent;
  readonly headers: Readonly<Record<string, string>>;
}

/** How long an agent and its credentials are kept; short, because exec plugins hand out tokens that expire. */
const CREDENTIALS_KEPT_MS = 60_000;

/** The client library makes a new agent, and so a TLS handshake, for every request; a watch makes ten a second. */
function cachedRequestOptions(kubeConfig: KubeConfig): () => Promise<RequestOptions> {
  let current: { readonly until: number; readonly options: Promise<RequestOptions> } | undefined;
  return () => {
    const now = performance.now();
    if (current === undefined || current.until < now) {
      current = { until: now + CREDENTIALS_KEPT_MS, options: freshRequestOptions(kubeConfig) };
      current.options.catch(() => (current = undefined));
    }
    return current.options;
  };
}

async function freshRequestOptions(kubeConfig: KubeConfig): Promise<RequestOptions> {
  const options: https.RequestOptions = {};
  await kubeConfig.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value);
  if (typeof options.auth === "string") headers["Authorization"] = `Basic ${btoa(options.auth)}`;
  if (typeof options.agent !== "object") return { headers };
  return { agent: Object.assign(options.agent, { keepAlive: true }), headers };
}
