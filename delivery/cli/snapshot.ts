import { createHash, createHmac } from "node:crypto";
import { isPlainObject, type PlainObject } from "../../model/overlay.ts";
import { linkGraph } from "../../model/graph/link-graph.ts";
import { imagePlaceholder, replacePlaceholders, type Placeholder } from "../../model/placeholder.ts";
import { fingerprints } from "../../model/render/fingerprint.ts";
import { objectPath, renderStack } from "../../model/render/stack.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { secretsOf } from "../../model/resolve/secrets-of.ts";
import { evaluate } from "../../policy/evaluate.ts";
import { registry } from "../../policy/registry.ts";
import { isSecretName, secretInText } from "../../policy/secret-text.ts";
import { SNAPSHOT_FORMAT, type Snapshot, type StackSnapshot } from "../diff/snapshot.ts";
import { ExitCode } from "./exit-code.ts";
import { CommandError } from "./failure.ts";
import { fingerprintKey } from "./fingerprint-key.ts";
import { loadStack, storedSecrets, type StackFile } from "./stack-file.ts";

/** Renders and judges these stacks of the working tree. One that does not resolve says why. */
export function takeSnapshot(stacks: readonly string[], today: string): Snapshot {
  return {
    format: SNAPSHOT_FORMAT,
    stacks: stacks.map((stack) => {
      try {
        const { file, resolved } = loadStack(stack, { assumeSecrets: true });
        return snapshotOf(file, resolved, today);
      } catch (error) {
        if (!(error instanceof CommandError) || error.exitCode !== ExitCode.invalid) throw error;
        return { resolved: false as const, stack, problem: error.message };
      }
    }),
  };
}

function snapshotOf(file: StackFile, resolved: ResolvedStack, today: string): StackSnapshot {
  const { stack, images } = resolved;
  const key = fingerprintKey(stack);
  const replace = fingerprints({ images, secrets: secretsOf(resolved), configured: storedSecrets(file), key });
  const rendered = renderStack(resolved);
  const objects = rendered.map(({ object }) => object);
  const { nodes, edges } = linkGraph(resolved);
  return {
    resolved: true,
    stack,
    objects: rendered.map(({ object, platform, owner }) => ({
      path: `${objectPath(object)}.yaml`,
      platform,
      ...(owner === undefined ? {} : { owner }),
      object: shown(object, replace, key),
    })),
    nodes: nodes.map(({ id, kind }) => ({ id, kind })),
    edges: [...edges],
    rules: registry.map(({ name }) => name),
    violations: evaluate(objects, { stack, today }).map(({ rule, level, object, path, problem, fix }) => ({
      rule,
      level,
      object,
      path,
      problem,
      fix,
    })),
    images: Object.entries(images).flatMap(([name, image]) =>
      image.kind === "build"
        ? [
            {
              text: String(replacePlaceholders(imagePlaceholder(name), replace)),
              context: image.context,
              dockerfile: image.dockerfile,
              arguments: { ...image.arguments },
            },
          ]
        : [],
    ),
    migrations: resolved.platforms.flatMap(({ name, migrations }) =>
      migrations.map(({ database, files }) => ({
        platform: name,
        database: database.name,
        files: Object.fromEntries(Object.entries(files).map(([file, text]) => [file, sha256(text)])),
      })),
    ),
  };
}

/** An object as others may read it: fingerprints for secrets, declared as such or only looking like one. */
function shown(object: object, replace: (placeholder: Placeholder) => string, key: Uint8Array): PlainObject {
  const plain = replacePlaceholders(object, replace) as PlainObject;
  return plain["kind"] === "Secret" ? plain : (withoutSecretText(plain, key) as PlainObject);
}

function withoutSecretText(value: unknown, key: Uint8Array, name = ""): unknown {
  if (Array.isArray(value)) return value.map((entry) => withoutSecretText(entry, key));
  if (isPlainObject(value)) {
    // A container's variable has its name beside its value.
    const variable = typeof value["name"] === "string" ? value["name"] : "";
    return Object.fromEntries(
      Object.entries(value).map(([field, inner]) => [
        field,
        withoutSecretText(inner, key, field === "value" ? variable : field),
      ]),
    );
  }
  if (typeof value !== "string" || !(isVariable(name) || secretInText(value) !== undefined)) return value;
  const mark = createHmac("sha256", key).update(value).digest("hex").slice(0, 16);
  return `<looks like a secret, not shown: ${mark}>`;
}

// Fields of the Kubernetes API are in camel case (`secretKey`, `token`): variables are not.
function isVariable(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name) && isSecretName(name);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
