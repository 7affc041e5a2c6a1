import { containerRule } from "../pod.ts";
import { ALWAYS, type ObjectRule } from "../rule.ts";

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** The tag of an image reference, `latest` where neither tag nor digest is given. */
function tagOf(image: string): string | undefined {
  const [name = "", digest] = image.split("@");
  const tag = /:([\w][\w.-]*)$/.exec(name.slice(name.lastIndexOf("/") + 1))?.[1];
  return tag ?? (digest === undefined ? "latest" : undefined);
}

const byDigest = containerRule(
  {
    name: "image-by-digest",
    risk: "A tag can be moved: what runs tomorrow is not what was reviewed today, and a rollback may not roll back.",
    source: "NSA/CISA Kubernetes Hardening Guidance: Building secure container images; DESIGN: images by digest",
    fix: "build the image through the stack, or pin it: image: { kind: pinned, repository, digest }",
    levels: ALWAYS,
  },
  ({ container, path }) => {
    const { image } = container;
    if (image !== undefined && DIGEST.test(image)) return [];
    return [
      {
        path: [...path, "image"],
        problem: "is not named by its digest",
        ...(image === undefined ? {} : { value: image }),
      },
    ];
  },
);

const noLatest = containerRule(
  {
    name: "image-no-latest",
    risk: "Nobody can say which version runs, and every pull may bring another one.",
    source: "Kubernetes: Configuration Best Practices, container images",
    fix: "name a version",
    levels: ALWAYS,
  },
  ({ container, path }) => {
    const { image } = container;
    if (image === undefined || tagOf(image) !== "latest") return [];
    return [{ path: [...path, "image"], problem: "is whatever is called latest", value: image }];
  },
);

/** Which images may run. */
export const imageRules: readonly ObjectRule[] = [byDigest, noLatest];
