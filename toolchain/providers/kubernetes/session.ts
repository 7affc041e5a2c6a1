import type { EngineLog } from "../protocol/engine-log.ts";
import { KubernetesApi } from "./api.ts";
import { Watches } from "./await/watches.ts";
import type { WaitContext } from "./await/wait.ts";
import { connect } from "./connection.ts";
import type { KubernetesSettings } from "./settings.ts";

/** What the engine's Configure sets up, and all operations work with. */
export interface Session {
  readonly settings: KubernetesSettings;
  readonly log: EngineLog;
  readonly api: KubernetesApi;
  readonly watches: Watches;
  /** Aborted by the engine's Cancel. */
  readonly signal: AbortSignal;
  /** Why the API server cannot be reached, or undefined if it can. Found out once, at the start. */
  readonly unreachable: string | undefined;
}

/** Connects to the API server; one that does not answer is noted, not fatal: a preview works without it. */
export async function openSession(settings: KubernetesSettings, log: EngineLog, signal: AbortSignal): Promise<Session> {
  const connection = await connect(settings);
  const api = new KubernetesApi(connection, signal);
  const unreachable = (await api.isReachable()) ? undefined : `no API server answers at ${connection.server.origin}`;
  if (unreachable !== undefined) log.message("warning", `configured Kubernetes cluster is unreachable: ${unreachable}`);
  return { settings, log, api, watches: new Watches(api, signal), signal, unreachable };
}

/** The context of one wait for the resource `urn`. */
export function waitContext(session: Session, urn: string, timeoutSeconds: number): WaitContext {
  const { api, watches, signal, log } = session;
  return {
    api,
    watches,
    signal,
    timeoutSeconds,
    status: (text) => {
      log.status(text, urn);
    },
  };
}

/** Throws, with the way out, where the API server cannot be reached. */
export function requireReachable(session: Session): void {
  if (session.unreachable === undefined) return;
  throw new Error(
    `configured Kubernetes cluster is unreachable: ${session.unreachable}. If the cluster was deleted, run again with ` +
      "PULUMI_K8S_DELETE_UNREACHABLE=true to remove its resources from the state",
  );
}
