import type { EngineLog } from "./engine-log.ts";
import type { PropertyMap } from "./values.ts";

/** The resource an operation is about. */
export interface ResourceIdentity {
  readonly urn: string;
  /** Its logical name: the last part of the URN. */
  readonly name: string;
  /** Its type token, such as `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
}

/** Inputs as the provider wants them recorded, or why they are refused. */
export interface Checked {
  readonly inputs: PropertyMap;
  readonly failures?: readonly { readonly property: string; readonly reason: string }[];
}

export type ChangeKind = "add" | "delete" | "update" | "add-replace" | "delete-replace" | "update-replace";

/** What a change of inputs means. No `changes`: nothing to do. */
export interface Difference {
  /** By property path, such as `spec.template.spec.containers[0].image`. */
  readonly changes: Readonly<Record<string, ChangeKind>>;
  /** Whether the old object must go before the new one can come. Default false. */
  readonly deleteBeforeReplace?: boolean;
}

/** A create or an update to carry out, or to preview. */
export interface Operation {
  readonly inputs: PropertyMap;
  readonly preview: boolean;
  /** The user's `customTimeouts`, in seconds; 0 where there is none. */
  readonly timeoutSeconds: number;
}

export interface UpdateOperation extends Operation {
  readonly id: string;
  readonly oldOutputs: PropertyMap;
  readonly ignoreChanges: readonly string[];
}

export interface Created {
  /** Empty in a preview. */
  readonly id: string;
  readonly outputs: PropertyMap;
}

/** What Pulumi's engine asks of a provider plugin (pulumi/proto/pulumi/provider.proto), as plain data. */
export interface Provider {
  readonly name: string;
  /** The version of the official plugin it stands in for. */
  readonly version: string;
  /** One line, shown as a warning each time the engine starts the plugin. */
  readonly announcement: string;
  /** Takes the provider's settings: by name, values of other types than string as JSON. */
  configure(settings: ReadonlyMap<string, string>, log: EngineLog): Promise<void> | void;
  /** Whether changed settings mean other objects: the names of the settings that do. Default none. */
  replacesOnConfig?(olds: PropertyMap, news: PropertyMap): readonly string[];
  check(
    resource: ResourceIdentity,
    olds: PropertyMap,
    news: PropertyMap,
    randomSeed: Uint8Array,
  ): Promise<Checked> | Checked;
  diff(
    resource: ResourceIdentity,
    oldInputs: PropertyMap,
    oldOutputs: PropertyMap,
    news: PropertyMap,
    ignoreChanges: readonly string[],
  ): Promise<Difference> | Difference;
  create(resource: ResourceIdentity, operation: Operation): Promise<Created>;
  /** The live state, or undefined if the object is gone. */
  read(
    resource: ResourceIdentity,
    id: string,
    outputs: PropertyMap,
    inputs: PropertyMap,
  ): Promise<{ id: string; outputs: PropertyMap; inputs: PropertyMap } | undefined>;
  update(resource: ResourceIdentity, operation: UpdateOperation): Promise<PropertyMap>;
  delete(resource: ResourceIdentity, id: string, outputs: PropertyMap, timeoutSeconds: number): Promise<void>;
  invoke?(token: string, args: PropertyMap): Promise<PropertyMap> | PropertyMap;
  /** Ends all waits at once. */
  cancel(): void;
}

/**
 * The object exists but did not become what was asked: the engine records it, fails the update with the reasons, and
 * tries again on the next one.
 */
export class InitializationFailed extends Error {
  override readonly name = "InitializationFailed";
  readonly id: string;
  readonly outputs: PropertyMap;
  readonly reasons: readonly string[];

  constructor(message: string, id: string, outputs: PropertyMap, reasons: readonly string[]) {
    super(message);
    this.id = id;
    this.outputs = outputs;
    this.reasons = reasons;
  }
}
