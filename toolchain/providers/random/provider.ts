import type { Provider } from "../protocol/provider.ts";
import { shallowDifference } from "../protocol/difference.ts";
import { hasUnknown, revealedMap, withSecretsOf, type PropertyMap } from "../protocol/values.ts";
import { inputProblem, RANDOM_RESOURCES, type RandomResource } from "./resources.ts";

/** The stand-in for the official `random` plugin: values drawn once and kept until an input changes. */
export function randomProvider(version: string): Provider {
  return {
    name: "random",
    version,
    announcement: `random: stand-in for the official plugin v${version}; same values kept, RandomPassword.bcryptHash is missing`,
    configure: () => undefined,
    check: (resource, _olds, news) => {
      const problem = inputProblem(resourceOf(resource.type), news);
      return { inputs: news, failures: problem === undefined ? [] : [{ property: "length", reason: problem }] };
    },
    // Every input decides the value, so every change means a new one.
    diff: (_resource, oldInputs, _oldOutputs, news) => ({ changes: shallowDifference(oldInputs, news, () => true) }),
    create: (resource, { inputs, preview }) => {
      if (preview || hasUnknown(inputs)) return Promise.resolve({ id: "", outputs: inputs });
      const { id, outputs } = resourceOf(resource.type).generate(revealedMap(inputs));
      return Promise.resolve({ id, outputs: withSecretsOf(outputs, inputs) });
    },
    read: (_resource, id, outputs, inputs) => Promise.resolve({ id, outputs, inputs }),
    update: (_resource, { oldOutputs, inputs }) => Promise.resolve<PropertyMap>({ ...oldOutputs, ...inputs }),
    delete: () => Promise.resolve(),
    cancel: () => undefined,
  };
}

function resourceOf(type: string): RandomResource {
  const resource = RANDOM_RESOURCES[type];
  if (resource) return resource;
  const known = Object.keys(RANDOM_RESOURCES).map((token) => token.split(":").at(-1));
  throw new Error(`the stand-in for random does not know ${type}; it knows ${known.join(", ")}`);
}
