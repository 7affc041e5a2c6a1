import type { KubernetesObject } from "./kubernetes-object.ts";

/** How seriously a rule is taken: `mandatory` stops a preview, an update and a check; `advisory` only tells. */
export type Level = "mandatory" | "advisory" | "disabled";

/** The stacks whose levels are written down. A stack of any other name is held to the level of `prod`. */
export type Levels = Readonly<Record<"dev" | "staging" | "prod", Level>>;

/** The level of a rule in a stack. */
export function levelIn(levels: Levels, stack: string): Level {
  return stack === "dev" || stack === "staging" ? levels[stack] : levels.prod;
}

/** Mandatory in every stack. */
export const ALWAYS: Levels = { dev: "mandatory", staging: "mandatory", prod: "mandatory" };

/** Where something stands in an object: property names and list positions. */
export type Path = readonly (string | number)[];

/** What a rule found wrong in one place of one object. */
export interface Finding {
  readonly path: Path;
  /** What is wrong, in a short clause. Never a secret. */
  readonly problem: string;
  /** The offending value. Left out where nothing was given, and always where it might be secret. */
  readonly value?: unknown;
  /** True where the finding stands whatever the value is, so that one the engine does not know yet is no excuse. */
  readonly regardlessOfValue?: true;
}

interface RuleBase {
  /** Kebab case; also the name of the CrossGuard policy. */
  readonly name: string;
  /** What can happen where the rule is broken. */
  readonly risk: string;
  /** The standard, guide or seed that asks for it. */
  readonly source: string;
  /** What to do about a violation. */
  readonly fix: string;
  readonly levels: Levels;
}

/** A rule that one object alone can break. */
export interface ObjectRule extends RuleBase {
  readonly scope: "object";
  readonly check: (object: KubernetesObject) => readonly Finding[];
}

/** A finding of a rule that sees all objects, with the object to blame. */
export interface StackFinding extends Finding {
  readonly object: KubernetesObject;
}

/** A rule about how the objects of a stack fit together. */
export interface StackRule extends RuleBase {
  readonly scope: "stack";
  readonly check: (objects: readonly KubernetesObject[]) => readonly StackFinding[];
}

/** One policy: a name, the risk it averts, a pure function from plain Kubernetes objects to what breaks it. */
export type Rule = ObjectRule | StackRule;

/** A path for people: `spec.template.spec.containers[0].image`, with names that hold dots in quotes. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (!/^[\w-]+$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}
