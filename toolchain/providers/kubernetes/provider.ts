import { isMap, type PropertyMap } from "../protocol/values.ts";
import type { Provider, ResourceIdentity } from "../protocol/provider.ts";
import { createObject, updateObject } from "./apply.ts";
import { withEncodedData, withSecretData } from "./checkpoint.ts";
import { deleteObject } from "./delete.ts";
import { kubernetesDifference } from "./difference.ts";
import { inNamespace, named } from "./naming.ts";
import { readObject } from "./read.ts";
import { openSession, type Session } from "./session.ts";
import { kubernetesSettings, settingsThatReplace } from "./settings.ts";
import { gvkOfToken, tokenProblem } from "./type-token.ts";
import { decodeYaml } from "./yaml.ts";

/** The stand-in for the official `kubernetes` plugin, for API servers on the loopback interface only. */
export function kubernetesProvider(version: string, environment: NodeJS.ProcessEnv = process.env): Provider {
  const cancellation = new AbortController();
  let configured: Session | undefined;
  const session = (): Session => {
    if (!configured) throw new Error("the kubernetes provider has not been configured");
    return configured;
  };
  return {
    name: "kubernetes",
    version,
    announcement: `kubernetes: stand-in for the official plugin v${version}; loopback API servers only; no Helm, no Patch resources`,
    configure: async (given, log) => {
      configured = await openSession(kubernetesSettings(given, environment), log, cancellation.signal);
    },
    replacesOnConfig: settingsThatReplace,
    check: async (resource, olds, news, seed) => {
      const problem = tokenProblem(resource.type);
      if (problem !== undefined) throw new Error(problem);
      const inputs = named(news, olds, resource.name, seed);
      return { inputs: withSecretData(withEncodedData(await withDefaultNamespace(session(), resource, inputs))) };
    },
    diff: (_resource, oldInputs, oldOutputs, news, ignoreChanges) => {
      const recorded = oldOutputs["__inputs"];
      const olds = Object.keys(oldInputs).length > 0 ? oldInputs : isMap(recorded) ? recorded : {};
      return kubernetesDifference(olds, news, session().settings, ignoreChanges);
    },
    create: (resource, operation) => createObject(session(), resource, operation),
    read: (resource, id, outputs, inputs) => readObject(session(), resource, id, outputs, inputs),
    update: (resource, operation) => updateObject(session(), resource, operation),
    delete: (resource, _id, outputs, timeoutSeconds) => deleteObject(session(), resource, outputs, timeoutSeconds),
    invoke: (token, args) => {
      if (token === "kubernetes:yaml:decode") return decodeYaml(args);
      throw new Error(`the stand-in for kubernetes has no function ${token}: install the official plugin`);
    },
    cancel: () => {
      cancellation.abort();
    },
  };
}

/** A type that the server does not know yet is taken for namespaced. */
async function withDefaultNamespace(
  session: Session,
  resource: ResourceIdentity,
  inputs: PropertyMap,
): Promise<PropertyMap> {
  const { namespace } = session.settings;
  if (namespace === undefined) return inputs;
  const { apiVersion, kind } = gvkOfToken(resource.type);
  const served = session.unreachable === undefined ? await session.api.kind(apiVersion, kind) : undefined;
  return served?.namespaced === false ? inputs : inNamespace(inputs, namespace);
}
