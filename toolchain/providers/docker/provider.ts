import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { shallowDifference } from "../protocol/difference.ts";
import type { EngineLog } from "../protocol/engine-log.ts";
import type { Checked, Provider, ResourceIdentity } from "../protocol/provider.ts";
import { hasUnknown, isMap, revealed, secretStrings, UNKNOWN, type PropertyMap } from "../protocol/values.ts";
import { buildImage } from "./build.ts";
import { contextDigest } from "./context-digest.ts";
import { imageInputs, registryOf } from "./image-inputs.ts";
import { daemonProblem, registryProblem } from "./locality.ts";

const IMAGE = "docker:index/image:Image";

/** The stand-in for the official `docker` plugin: `Image`, on this machine's daemon, to a loopback registry. */
export function dockerProvider(version: string, environment: NodeJS.ProcessEnv = process.env): Provider {
  const cancellation = new AbortController();
  let host = "";
  let log: EngineLog | undefined;

  const built = async (resource: ResourceIdentity, inputs: PropertyMap, preview: boolean): Promise<PropertyMap> => {
    const image = imageInputs(inputs);
    const outputs: PropertyMap = {
      baseImageName: image.imageName,
      imageName: image.imageName,
      context: image.context,
      dockerfile: image.dockerfile,
      registryServer: image.registry.server ?? registryOf(image.imageName),
      ...(image.platform === undefined ? {} : { platform: image.platform }),
      __inputs: inputs,
    };
    // buildOnPreview is not honoured: a preview changes nothing, not even the daemon's images.
    if (preview) return hasUnknown(inputs) ? inputs : { ...outputs, repoDigest: UNKNOWN };
    const repoDigest = await buildImage(image, {
      host,
      signal: cancellation.signal,
      secrets: secretStrings(inputs),
      status: (text) => log?.status(text, resource.urn),
    });
    log?.status("", resource.urn);
    return { ...outputs, repoDigest };
  };

  return {
    name: "docker",
    version,
    announcement: `docker: stand-in for the official plugin v${version}; Image only, this machine's daemon and loopback registries only`,
    configure: (settings, engineLog) => {
      host = settings.get("host") ?? environment["DOCKER_HOST"] ?? "";
      log = engineLog;
      const problem = daemonProblem(host);
      if (problem !== undefined) throw new Error(problem);
    },
    check: async (resource, _olds, news) => {
      if (resource.type !== IMAGE)
        throw new Error(`the stand-in for docker does not know ${resource.type}; it knows Image`);
      return checked(news);
    },
    diff: (_resource, oldInputs, oldOutputs, news) => {
      const recorded = oldOutputs["__inputs"];
      const olds = Object.keys(oldInputs).length > 0 ? oldInputs : isMap(recorded) ? recorded : {};
      return { changes: shallowDifference(withoutCredentials(olds), withoutCredentials(news), () => false) };
    },
    create: async (resource, { inputs, preview }) => {
      const outputs = await built(resource, inputs, preview);
      return { id: preview ? "" : imageInputs(inputs).imageName, outputs };
    },
    read: (_resource, id, outputs, inputs) => Promise.resolve({ id, outputs, inputs }),
    update: async (resource, { inputs, preview }) => built(resource, inputs, preview),
    // Images and tags stay, as with the official provider.
    delete: () => Promise.resolve(),
    cancel: () => {
      cancellation.abort();
    },
  };
}

/** Refuses what cannot be built or pushed from here, and adds the digest of the sources that decides a rebuild. */
async function checked(news: PropertyMap): Promise<Checked> {
  const image = imageInputs(news);
  const build = isMap(news["build"]) ? news["build"] : {};
  const failures = [{ property: "imageName", reason: registryProblem(image) }].flatMap(({ property, reason }) =>
    reason === undefined ? [] : [{ property, reason }],
  );
  if (hasUnknown(build["context"]) || hasUnknown(build["dockerfile"])) return { inputs: news, failures };
  if (!existsSync(image.dockerfile)) {
    const inContext = join(image.context, image.dockerfile);
    const hint = existsSync(inContext) ? `: the path starts at the working directory, try "${inContext}"` : "";
    return {
      inputs: news,
      failures: [...failures, { property: "build", reason: `no Dockerfile at ${image.dockerfile}${hint}` }],
    };
  }
  const digest = await contextDigest(image.context, image.dockerfile);
  const completed = { ...build, context: image.context, dockerfile: image.dockerfile, contextDigest: digest };
  return { inputs: { ...news, build: completed }, failures };
}

/** Another user name or password rebuilds nothing. */
function withoutCredentials(inputs: PropertyMap): PropertyMap {
  const { registry, ...rest } = inputs;
  const plain = registry === undefined ? undefined : revealed(registry);
  if (!isMap(plain) || isDeepStrictEqual(plain, {})) return rest;
  return { ...rest, registry: { server: plain["server"] ?? null } };
}
