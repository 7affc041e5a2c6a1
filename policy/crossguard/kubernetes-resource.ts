import type { KubernetesObject } from "../kubernetes-object.ts";
import { UNKNOWN } from "../unknown-value.ts";

/** What the policy host tells of a resource. */
export interface EngineResource {
  /** `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  /** Inputs as CrossGuard hands them over: reading a property whose value is not known yet throws. */
  readonly props: Readonly<Record<string, unknown>>;
}

const KUBERNETES_TYPE = /^kubernetes:(?:(.+)\/)?([^:/]+):([A-Z]\w*)$/;

/**
 * The plain Kubernetes object of a Pulumi resource; undefined for a resource that is none, such as a provider, a
 * component or a chart.
 */
export function kubernetesObject({ type, props }: EngineResource): KubernetesObject | undefined {
  const match = KUBERNETES_TYPE.exec(type);
  const plain = settled(props);
  if (!match || typeof plain !== "object" || plain === null) return undefined;
  const [, group, version = "", kind = ""] = match;
  // `core` is Pulumi's name for the group that Kubernetes calls nothing.
  const apiVersion = group === undefined || group === "core" ? version : `${group}/${version}`;
  const { metadata, ...rest } = plain as { readonly metadata?: NonNullable<KubernetesObject["metadata"]> };
  return { ...rest, apiVersion, kind, ...(metadata === undefined ? {} : { metadata }) };
}

/** A deep copy in which what the engine does not know yet is `UNKNOWN`. */
function settled(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(value, index));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).map((key) => [key, read(value, key)]));
}

function read(from: object, key: string | number): unknown {
  let value: unknown;
  try {
    value = (from as Readonly<Record<string | number, unknown>>)[key];
  } catch {
    // CrossGuard throws an UnknownValueError, a class that it does not export.
    return UNKNOWN;
  }
  return settled(value);
}
