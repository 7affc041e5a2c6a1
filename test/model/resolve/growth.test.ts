import { describe, expect, it } from "vitest";
import { syntheticStack } from "../../../bench/synthetic.ts";
import { renderStack } from "../../../model/render/stack.ts";
import { resolveStack } from "../../../model/resolve/stack.ts";
import { expectResolved } from "../stack-fixtures.ts";

/** How often the links of services are read while something runs: counted, so that no busy machine changes it. */
function readsOfLinks(services: readonly { readonly links?: readonly unknown[] }[], run: () => unknown): number {
  let reads = 0;
  for (const service of services) {
    const { links } = service;
    Object.defineProperty(service, "links", {
      enumerable: true,
      get: () => {
        reads += 1;
        return links;
      },
    });
  }
  run();
  return reads;
}

const SMALL = 20;
const LARGE = 160;

function readsInResolution(count: number): number {
  const input = syntheticStack(count);
  return readsOfLinks(input.catalogue[0]?.services ?? [], () => expectResolved(resolveStack(input)));
}

function readsInRendering(count: number): number {
  const stack = expectResolved(resolveStack(syntheticStack(count)));
  return readsOfLinks(stack.platforms[0]?.services ?? [], () => renderStack(stack));
}

describe("the work for a stack grows with its services, not with their square", () => {
  it.each([
    ["resolution", readsInResolution],
    ["rendering", readsInRendering],
  ] as const)("in %s", (_, reads) => {
    expect(reads(SMALL)).toBeGreaterThanOrEqual(SMALL);
    expect(reads(LARGE) / LARGE).toBeLessThanOrEqual(reads(SMALL) / SMALL);
  });
});
