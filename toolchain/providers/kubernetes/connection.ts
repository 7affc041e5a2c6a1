import http from "node:http";
import https from "node:https";
import { isLoopback } from "../loopback.ts";
import { isPath, type KubernetesSettings } from "./settings.ts";

/** A way to one API server. */
export interface Connection {
  readonly server: URL;
  /** Sends a request; the answer's body is not read yet. Rejects with Node's error where the server is not reached. */
  send(request: HttpRequest): Promise<http.IncomingMessage>;
}

export interface HttpRequest {
  readonly method: "GET" | "PATCH" | "DELETE";
  /** With the query. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/**
 * Connects as the kubeconfig says. Throws where the API server is not on the loopback interface: a stand-in may only
 * ever touch the local cluster.
 */
export async function connect(settings: KubernetesSettings): Promise<Connection> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  if (settings.kubeconfig === undefined) config.loadFromDefault();
  else if (isPath(settings.kubeconfig)) config.loadFromFile(settings.kubeconfig);
  else config.loadFromString(settings.kubeconfig);
  if (settings.context !== undefined) config.setCurrentContext(settings.context);

  const name = settings.cluster ?? config.getContextObject(config.getCurrentContext())?.cluster;
  const cluster = name === undefined ? null : config.getCluster(name);
  if (!cluster) {
    const known = config.getContexts().map((context) => context.name);
    throw new Error(
      `the kubeconfig has no cluster for context "${config.getCurrentContext()}"; its contexts are: ${known.join(", ") || "none"}`,
    );
  }
  const server = new URL(cluster.server);
  requireLoopback(server);

  const options: https.RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const secure = server.protocol === "https:";
  const tls = {
    ca: options.ca,
    cert: options.cert,
    key: options.key,
    rejectUnauthorized: options.rejectUnauthorized ?? true,
    ...(cluster.tlsServerName === undefined ? {} : { servername: cluster.tlsServerName }),
  };
  const agent = secure ? new https.Agent({ keepAlive: true, ...tls }) : new http.Agent({ keepAlive: true });
  return {
    server,
    send: ({ method, path, body, contentType, signal }) =>
      new Promise((resolve, reject) => {
        const request = (secure ? https : http).request({
          method,
          agent,
          host: server.hostname.replace(/^\[(.*)\]$/, "$1"),
          port: server.port || (secure ? 443 : 80),
          path: server.pathname.replace(/\/$/, "") + path,
          headers: {
            ...headersOf(options),
            accept: "application/json",
            ...(body === undefined ? {} : { "content-type": contentType, "content-length": Buffer.byteLength(body) }),
          },
          ...(options.auth == null ? {} : { auth: options.auth }),
          ...(signal === undefined ? {} : { signal }),
        });
        request.on("response", resolve);
        request.on("error", reject);
        request.end(body);
      }),
  };
}

/** Throws unless the API server is on this machine's loopback interface. */
export function requireLoopback(server: URL): void {
  if (isLoopback(server.hostname)) return;
  throw new Error(
    `the stand-in for the kubernetes plugin only works on this machine's own cluster, and ${server.host} is not on the ` +
      "loopback interface. Install the official plugin for it (pulumi plugin install resource kubernetes), " +
      "or choose a context whose server is on 127.0.0.0/8, ::1 or localhost",
  );
}

/** The kubeconfig's token, as a header. */
function headersOf({ headers }: https.RequestOptions): Record<string, http.OutgoingHttpHeader | undefined> {
  return headers === undefined || Array.isArray(headers) ? {} : { ...(headers as http.OutgoingHttpHeaders) };
}
