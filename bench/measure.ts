import { canonicalFiles } from "../model/render/canonical.ts";
import { fingerprints } from "../model/render/fingerprint.ts";
import { renderStack } from "../model/render/stack.ts";
import { secretsOf } from "../model/resolve/secrets-of.ts";
import { resolveStack } from "../model/resolve/stack.ts";
import { syntheticStack } from "./synthetic.ts";

/** What one size of stack has cost: computing time in milliseconds, which a busy machine does not change much. */
export interface Measurement {
  readonly services: number;
  readonly objects: number;
  readonly resolveMs: number;
  readonly renderMs: number;
  /** Canonical YAML of everything. */
  readonly yamlMs: number;
}

/** Resolves and renders a synthetic stack once. */
export function measure(services: number): Measurement {
  const input = syntheticStack(services);
  const start = computingMs();
  const resolution = resolveStack(input);
  if (!resolution.ok) throw new Error(JSON.stringify(resolution.issues.slice(0, 3)));
  const stack = resolution.value;
  const resolved = computingMs();
  const objects = renderStack(stack);
  const rendered = computingMs();
  const replace = fingerprints({
    images: stack.images,
    secrets: secretsOf(stack),
    configured: {},
    key: Buffer.from("bench"),
  });
  canonicalFiles(objects, replace);
  return {
    services,
    objects: objects.length,
    resolveMs: resolved - start,
    renderMs: rendered - resolved,
    yamlMs: computingMs() - rendered,
  };
}

function computingMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
