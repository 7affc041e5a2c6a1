import { isDeepStrictEqual } from "node:util";
import { isPlainObject, type PlainObject } from "../../model/overlay.ts";
import type { ObjectChange } from "./object-changes.ts";
import type { SnapshotObject } from "./snapshot.ts";

/** Something that an update will do beyond changing fields in place. */
export interface Effect {
  readonly kind: "restarts" | "interrupts" | "replaces" | "runs" | "losesData";
  /** `Deployment bizosaas-crm`. */
  readonly object: string;
  /** Why, in a clause: the immutable field, the pods' strategy. */
  readonly reason: string;
}

/** The fields of an object that cannot change in place, as property paths such as `spec.selector`. */
export type ImmutableFields = (object: PlainObject) => readonly string[];

/** What the update does to one changed object. */
export function effectsOf(change: ObjectChange, immutableFields: ImmutableFields): readonly Effect[] {
  const { before, after } = change;
  const object = nameOf(after ?? before ?? {});
  const kind = (after ?? before)?.["kind"];
  if (!before || !after) {
    if (before && kind === "PersistentVolumeClaim") {
      return [{ kind: "losesData", object, reason: "what it holds goes with it" }];
    }
    return after && kind === "Job" ? [{ kind: "runs", object, reason: "a new Job" }] : [];
  }
  const fixed = immutableFields(after).filter((path) => !isDeepStrictEqual(at(before, path), at(after, path)));
  if (fixed.length > 0) {
    const reason = `${fixed.join(", ")} cannot change in place`;
    const replaced: Effect = { kind: "replaces", object, reason };
    if (kind === "Job") return [replaced, { kind: "runs", object, reason: "the Job is made anew" }];
    if (kind !== "PersistentVolumeClaim") return [replaced];
    return [replaced, { kind: "losesData", object, reason: "what it holds goes with it" }];
  }
  const rolls = !isDeepStrictEqual(at(before, "spec.template"), at(after, "spec.template"));
  return rolls ? restartEffects(after) : [];
}

/** Workloads that run one of these images, which is built anew: their pods restart though no field differs. */
export function imageEffects(objects: readonly SnapshotObject[], images: ReadonlySet<string>): readonly ImageEffect[] {
  return objects.flatMap((one) => {
    const image = imagesIn(one.object).find((reference) => images.has(reference));
    return image === undefined ? [] : [{ of: one, image, effects: restartEffects(one.object) }];
  });
}

/** A workload whose image is built anew. */
export interface ImageEffect {
  readonly of: SnapshotObject;
  /** The image's text in the object. */
  readonly image: string;
  readonly effects: readonly Effect[];
}

function imagesIn(object: PlainObject): readonly string[] {
  const template = at(object, "spec.template.spec") ?? at(object, "spec.jobTemplate.spec.template.spec");
  if (!isPlainObject(template)) return [];
  return [template["containers"], template["initContainers"]]
    .flatMap((list) => (Array.isArray(list) ? list.filter(isPlainObject) : []))
    .map(({ image }) => String(image));
}

function restartEffects(workload: PlainObject): readonly Effect[] {
  const object = nameOf(workload);
  if (workload["kind"] === "Deployment") {
    return at(workload, "spec.strategy.type") === "Recreate"
      ? [{ kind: "interrupts", object, reason: "the old pod goes before the new one comes" }]
      : [{ kind: "restarts", object, reason: "rolling" }];
  }
  if (workload["kind"] !== "StatefulSet") return [];
  const replicas = at(workload, "spec.replicas") ?? 1;
  return replicas === 1
    ? [{ kind: "interrupts", object, reason: "its only pod restarts in place" }]
    : [{ kind: "restarts", object, reason: "one pod after the other" }];
}

function nameOf(object: PlainObject): string {
  return `${String(object["kind"])} ${String(at(object, "metadata.name"))}`;
}

function at(object: PlainObject, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, step) => (isPlainObject(inner) ? inner[step] : undefined), object);
}
