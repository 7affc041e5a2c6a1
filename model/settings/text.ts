import { z } from "zod";
import { DNS_LABEL, NAME_LIMIT } from "../name.ts";
import { hasReservedCharacters } from "../placeholder.ts";

/** Text that says something. */
export const text = z
  .string()
  .min(1)
  .refine((value) => !hasReservedCharacters(value), { error: "text without private-use characters" });

/** The name of a Kubernetes object. */
export const dnsLabel = text
  .max(NAME_LIMIT)
  .regex(DNS_LABEL, { error: "lower-case letters, digits and -, as in a DNS label" });

export const hostName = text
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, { error: "a host name such as example.com" });
