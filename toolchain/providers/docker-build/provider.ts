import type { EngineLog } from "../protocol/engine-log.ts";
import type { Created, Difference, Operation, Provider, ResourceIdentity } from "../protocol/provider.ts";
import { shallowDifference } from "../protocol/difference.ts";
import { isMap, revealed, secretStrings, UNKNOWN, type PropertyMap } from "../protocol/values.ts";
import { buildImage } from "./build.ts";
import { checkedImage, checkedIndex } from "./check.ts";
import { contextDigest } from "./context-digest.ts";
import { credentials, imageInputs } from "./image-inputs.ts";
import { daemonProblem } from "./locality.ts";
import { tagImage } from "./registry-tag.ts";

const IMAGE = "docker-build:index:Image";
const INDEX = "docker-build:index:Index";

/**
 * The stand-in for the official `docker-build` plugin: an `Image` of one platform on this machine's daemon, and an `Index`
 * of one source, which is a further tag. Both in a loopback registry.
 */
export function dockerBuildProvider(version: string, environment: NodeJS.ProcessEnv = process.env): Provider {
  const cancellation = new AbortController();
  const { signal } = cancellation;
  let host = "";
  let log: EngineLog | undefined;

  const builtImage = async (resource: ResourceIdentity, { inputs, preview }: Operation): Promise<Created> => {
    // buildOnPreview is not honoured: a preview changes nothing, not even the daemon's images.
    if (preview) return { id: "", outputs: { ...inputs, digest: UNKNOWN, ref: UNKNOWN, contextHash: UNKNOWN } };
    const image = imageInputs(inputs);
    const contextHash = await contextDigest(image.context, image.dockerfile);
    const status = (text: string) => log?.status(text, resource.urn);
    const digest = (await buildImage(image, { host, signal, secrets: secretStrings(inputs), status })) ?? "";
    status("");
    const [tag = ""] = image.tags;
    const ref = digest === "" ? tag : `${tag}@${digest}`;
    return { id: digest === "" ? resource.name : digest, outputs: { ...inputs, digest, ref, contextHash } };
  };

  const taggedIndex = async (resource: ResourceIdentity, { inputs, preview }: Operation): Promise<Created> => {
    if (preview) return { id: "", outputs: { ...inputs, ref: UNKNOWN } };
    const { tag, source } = indexInputs(inputs);
    const digest = await tagImage(tag, source, credentials(inputs["registry"]), signal);
    return { id: resource.name, outputs: { ...inputs, ref: `${tag}@${digest}` } };
  };

  const made = (resource: ResourceIdentity, operation: Operation): Promise<Created> =>
    resource.type === IMAGE ? builtImage(resource, operation) : taggedIndex(resource, operation);

  return {
    name: "docker-build",
    version,
    announcement: `docker-build: stand-in for the official plugin v${version}; one platform, this machine's daemon and loopback registries only`,
    configure: (settings, engineLog) => {
      host = settings.get("host") ?? environment["DOCKER_HOST"] ?? "";
      log = engineLog;
      const problem = daemonProblem(host);
      if (problem !== undefined) throw new Error(problem);
    },
    check: (resource, _olds, news) => {
      if (resource.type === IMAGE) return checkedImage(news);
      if (resource.type === INDEX) return checkedIndex(news);
      throw new Error(`the stand-in for docker-build does not know ${resource.type}; it knows Image and Index`);
    },
    diff: (resource, oldInputs, oldOutputs, news) => {
      if (resource.type === IMAGE) return imageDifference(oldInputs, oldOutputs, news);
      const changes = shallowDifference(withoutPasswords(oldInputs), withoutPasswords(news), (key) => key === "tag");
      return { changes };
    },
    create: made,
    read: (_resource, id, outputs, inputs) => Promise.resolve({ id, outputs, inputs }),
    update: async (resource, operation) => (await made(resource, operation)).outputs,
    // Images and tags stay: fleet retains them, for a rollback may name them.
    delete: () => Promise.resolve(),
    cancel: () => {
      cancellation.abort();
    },
  };
}

/** An image is built anew when it is to be built in another way, or when anything that its build can see has changed. */
async function imageDifference(
  oldInputs: PropertyMap,
  oldOutputs: PropertyMap,
  news: PropertyMap,
): Promise<Difference> {
  const changes = shallowDifference(withoutPasswords(oldInputs), withoutPasswords(news), () => false);
  const { context, dockerfile } = imageInputs(news);
  const isSame = (await contextDigest(context, dockerfile)) === oldOutputs["contextHash"];
  return { changes: isSame ? changes : { ...changes, contextHash: "update" } };
}

function indexInputs({ tag, sources }: PropertyMap): { readonly tag: string; readonly source: string } {
  const [source] = Array.isArray(sources) ? sources : [];
  // The check before has seen to it that both are text.
  return { tag: typeof tag === "string" ? tag : "", source: typeof source === "string" ? source : "" };
}

/** Another password builds and tags nothing. */
function withoutPasswords(inputs: PropertyMap): PropertyMap {
  const plain = revealed(inputs);
  if (!isMap(plain)) return inputs;
  const { registries, registry, ...rest } = plain;
  const accounts = (Array.isArray(registries) ? registries : registry === undefined ? [] : [registry]).map((one) =>
    isMap(one) ? [one["address"] ?? null, one["username"] ?? null] : [],
  );
  return { ...rest, ...(accounts.length === 0 ? {} : { registries: accounts }) };
}
