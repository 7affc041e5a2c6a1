import type { EngineEvent, OpType } from "@pulumi/pulumi/automation/index.js";
import { isPlainObject } from "../../model/overlay.ts";

/** One thing that the engine did or could not do, ready to be shown. */
export interface EngineStep {
  readonly operation: OpType;
  /** Kubernetes kind or Pulumi type: `Deployment`, `Image`. */
  readonly kind: string;
  /** The resource's name in the program. */
  readonly name: string;
  readonly seconds: number;
  readonly outcome: "done" | "failed";
}

/** An operation under way. */
export interface PendingOperation {
  readonly operation: OpType;
  /** When it began, in milliseconds by the caller's clock. */
  readonly since: number;
  /** The Kubernetes object it is about, where it is about one. */
  readonly object?: { readonly kind: string; readonly namespace: string; readonly name: string };
}

/** What a run of the engine has told so far. */
export interface EngineRun {
  /** Operations under way, by URN. */
  readonly pending: ReadonlyMap<string, PendingOperation>;
  /** The latest status line of each resource under way, by URN. */
  readonly status: ReadonlyMap<string, string>;
  readonly steps: readonly EngineStep[];
  /** Errors and warnings, without colour, each with the resource it belongs to. */
  readonly messages: readonly {
    readonly severity: "error" | "warning";
    readonly text: string;
    readonly name: string;
  }[];
}

export const initialRun: EngineRun = { pending: new Map(), status: new Map(), steps: [], messages: [] };

// What groups or serves resources without being one that a reader waits for: providers, the stack, our components.
const GROUPING = /^(pulumi:|fleet:)/;
// The engine remarks on every plugin that it finds on PATH; the stand-ins announce themselves, and say more.
const AMBIENT_PLUGIN = /^using pulumi-resource-\S+ from \$PATH/;

/** Folds one event into the run. `nowMs` in milliseconds, by any clock. */
export function observeEngine(run: EngineRun, event: EngineEvent, nowMs: number): EngineRun {
  if (event.resourcePreEvent) {
    const { urn, op, type, new: state } = event.resourcePreEvent.metadata;
    if (op === "same" || GROUPING.test(type)) return run;
    const object = kubernetesObject(urn, state?.inputs);
    const operation: PendingOperation = { operation: op, since: nowMs, ...(object ? { object } : {}) };
    return { ...run, pending: new Map(run.pending).set(urn, operation) };
  }
  if (event.resOutputsEvent) return finished(run, event.resOutputsEvent.metadata.urn, "done", nowMs);
  if (event.resOpFailedEvent) return finished(run, event.resOpFailedEvent.metadata.urn, "failed", nowMs);
  if (event.diagnosticEvent) {
    const { urn = "", message, severity, ephemeral } = event.diagnosticEvent;
    const text = withoutMarkup(message).trim();
    if (ephemeral) return { ...run, status: new Map(run.status).set(urn, text) };
    if ((severity !== "error" && severity !== "warning") || text === "" || AMBIENT_PLUGIN.test(text)) return run;
    return { ...run, messages: [...run.messages, { severity, text, name: nameOf(urn) }] };
  }
  return run;
}

function finished(run: EngineRun, urn: string, outcome: EngineStep["outcome"], nowMs: number): EngineRun {
  const started = run.pending.get(urn);
  if (!started) return run;
  const pending = new Map(run.pending);
  pending.delete(urn);
  const status = new Map(run.status);
  status.delete(urn);
  const step: EngineStep = {
    operation: started.operation,
    kind: kindOf(urn),
    name: nameOf(urn),
    seconds: (nowMs - started.since) / 1000,
    outcome,
  };
  return { ...run, pending, status, steps: [...run.steps, step] };
}

function kubernetesObject(urn: string, inputs: unknown): PendingOperation["object"] {
  if (!isPlainObject(inputs) || !isPlainObject(inputs["metadata"])) return undefined;
  const { name, namespace } = inputs["metadata"];
  return typeof name === "string" && typeof namespace === "string" ? { kind: kindOf(urn), namespace, name } : undefined;
}

/** The last part of a URN: the name a program gave the resource. */
export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** The last part of a resource's type: `Deployment` of `kubernetes:apps/v1:Deployment`. */
export function kindOf(urn: string): string {
  const type = urn.split("::").at(-2)?.split("$").at(-1) ?? "";
  return type.split(":").at(-1) ?? type;
}

/** Removes the engine's colour markup. */
export function withoutMarkup(text: string): string {
  return text.replaceAll(/<\{%[^%]*%\}>/g, "");
}
