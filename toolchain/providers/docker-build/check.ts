import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Checked } from "../protocol/provider.ts";
import { hasUnknown, isUnknown, type PropertyMap } from "../protocol/values.ts";
import { imageInputs, unknownInputs } from "./image-inputs.ts";
import { registryProblem } from "./locality.ts";
import { parseReference } from "./registry-tag.ts";

const OFFICIAL = "install the official plugin for it: pulumi plugin install resource docker-build";

type Failures = NonNullable<Checked["failures"]>;

/** Refuses an image that cannot be built or pushed from here. */
export function checkedImage(news: PropertyMap): Checked {
  const failures = [...unsupported(news), ...foreignTags(news), ...missingDockerfile(news)];
  return { inputs: news, failures };
}

function unsupported(news: PropertyMap): Failures {
  const platforms = Array.isArray(news["platforms"]) ? news["platforms"] : [];
  return [
    ...unknownInputs(news).map((property) => ({ property, reason: `the stand-in has no ${property}; ${OFFICIAL}` })),
    ...(platforms.length > 1
      ? [{ property: "platforms", reason: `the stand-in builds for one platform; ${OFFICIAL}` }]
      : []),
  ];
}

function foreignTags(news: PropertyMap): Failures {
  const { tags, push } = imageInputs(news);
  if (!push) return [];
  return tags.flatMap((tag) => {
    const reason = registryProblem(tag);
    return reason === undefined ? [] : [{ property: "tags", reason }];
  });
}

function missingDockerfile(news: PropertyMap): Failures {
  if (hasUnknown(news["context"]) || hasUnknown(news["dockerfile"])) return [];
  const { context, dockerfile } = imageInputs(news);
  if (existsSync(dockerfile)) return [];
  const inContext = join(context, dockerfile);
  const hint = existsSync(inContext) ? `: the path starts at the working directory, try "${inContext}"` : "";
  return [{ property: "dockerfile", reason: `no Dockerfile at ${dockerfile}${hint}` }];
}

/** Refuses to join several images, to copy one from elsewhere, and to tag beyond this machine. */
export function checkedIndex(news: PropertyMap): Checked {
  const sources = Array.isArray(news["sources"]) ? news["sources"] : [];
  const { tag } = news;
  if (typeof tag !== "string" || isUnknown(tag)) return { inputs: news };
  const foreign = registryProblem(tag);
  const { registry, repository } = parseReference(tag);
  const elsewhere = sources.filter((source) => {
    if (typeof source !== "string" || isUnknown(source)) return false;
    const from = parseReference(source);
    return from.registry !== registry || from.repository !== repository;
  });
  const failures = [
    ...(foreign === undefined ? [] : [{ property: "tag", reason: foreign }]),
    ...(sources.length === 1 ? [] : [{ property: "sources", reason: `the stand-in tags one image; ${OFFICIAL}` }]),
    ...elsewhere.map((source) => ({
      property: "sources",
      reason: `the stand-in copies no image, and ${JSON.stringify(source)} is not in ${registry}/${repository}; ${OFFICIAL}`,
    })),
  ];
  return { inputs: news, failures };
}
