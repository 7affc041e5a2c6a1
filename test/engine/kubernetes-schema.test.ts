import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { KUBERNETES_SCHEMA, kubernetesSchema } from "../../toolchain/openapi/kubernetes.ts";

const ROOT = join(import.meta.dirname, "..", "..");

it("the schema that objects are held against is that of the pinned Kubernetes and custom resources", async () => {
  const onDisk = await readFile(join(ROOT, KUBERNETES_SCHEMA), "utf8");
  const generated = await kubernetesSchema(() => undefined);
  expect(onDisk === generated, "It is out of date: npm run generate:schema").toBe(true);
});
