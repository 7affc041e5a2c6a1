import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KUBERNETES_SCHEMA, kubernetesSchema } from "./kubernetes.ts";

// `npm run generate:schema`, after another version of Kubernetes has been pinned in toolchain/go/kubernetes/go.mod.
const text = await kubernetesSchema(({ step, status }) => {
  if (status === "started") console.error(`… ${step}`);
});
await writeFile(join(import.meta.dirname, "..", "..", KUBERNETES_SCHEMA), text);
