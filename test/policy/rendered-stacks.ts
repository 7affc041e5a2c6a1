import { renderStack } from "../../model/render/stack.ts";
import type { KubernetesObject } from "../../policy/kubernetes-object.ts";
import { resolveWhole } from "../model/stack-fixtures.ts";

/** The stacks that the repository describes. */
export const STACKS = ["dev", "staging", "prod"] as const;

export type StackName = (typeof STACKS)[number];

/** Every Kubernetes object of a stack as its file describes it, with all secrets taken as configured. */
export function renderedStack(stack: StackName): readonly KubernetesObject[] {
  return renderStack(resolveWhole(stack)).map(({ object }) => object);
}
