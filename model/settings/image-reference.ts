import { text } from "./text.ts";

/** The digest of an image. */
export const digest = text
  .regex(/^sha256:[0-9a-f]{64}$/, { error: "sha256: and 64 hexadecimal digits" })
  .meta({ description: "The image's digest in its registry.", examples: [`sha256:${"0".repeat(64)}`] });

/** An image without tag and digest. */
export const repository = text
  .regex(/^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._-]+)+$/, {
    error: "registry/path without a tag, such as ghcr.io/acme/crm",
  })
  .meta({ description: "The image's registry and path, without a tag.", examples: ["ghcr.io/acme/crm"] });

/** Where images stand: a registry and maybe a path in it. */
export const registryAndPath = text.regex(/^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._-]+)*$/, {
  error: "a registry such as ghcr.io/acme",
});

/** An image by tag or digest. */
export const imageReference = text.regex(/^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._-]+)+(:[\w.-]+|@sha256:[0-9a-f]{64})$/, {
  error: "an image with a tag or a digest, such as docker.io/library/node:20-bookworm-slim",
});
