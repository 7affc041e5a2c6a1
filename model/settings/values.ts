import { z } from "zod";
import { DNS_LABEL, NAME_LIMIT } from "../name.ts";
import { hasReservedCharacters } from "../placeholder.ts";

/** Text that cannot be taken for a placeholder. */
export const text = z
  .string()
  .min(1)
  .refine((value) => !hasReservedCharacters(value), { error: "text without private-use characters" });

/** A DNS label (RFC 1123). */
export const dnsLabel = text
  .max(NAME_LIMIT)
  .regex(DNS_LABEL, { error: "lower-case letters, digits and -, as in a DNS label" });

/** A host name. */
export const hostName = text
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, { error: "a host name such as example.com" });

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
