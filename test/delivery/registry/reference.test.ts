import { describe, expect, it } from "vitest";
import { formatReference, parseReference } from "../../../delivery/registry/reference.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("an image's reference", () => {
  it.each([
    [`ghcr.io/acme/crm@${digest}`, "ghcr.io", "acme/crm"],
    [`localhost:5000/fleet/reference-workload@${digest}`, "localhost:5000", "fleet/reference-workload"],
    [`ghcr.io/acme/crm:1.4.2@${digest}`, "ghcr.io", "acme/crm"],
  ])("%s has its parts", (text, registry, repository) => {
    expect(parseReference(text)).toEqual({ registry, repository, digest });
  });

  it.each(["ghcr.io/acme/crm", "ghcr.io/acme/crm:1.4.2", "crm", `crm@${digest}`, "ghcr.io/acme/crm@sha256:abc", ""])(
    "%s is none by digest",
    (text) => {
      expect(parseReference(text)).toBeUndefined();
    },
  );

  it("is written as it is read", () => {
    expect(formatReference({ registry: "ghcr.io", repository: "acme/crm", digest })).toBe(`ghcr.io/acme/crm@${digest}`);
  });
});
