import { expect, test } from "vitest";
import { identity } from "../../../../toolchain/providers/protocol/service.ts";

test("a URN names the resource's own type and its logical name, colons included", () => {
  const urn = "urn:pulumi:dev::fleet::fleet:index:Platform$kubernetes:apps/v1:Deployment::brain::api";
  expect(identity(urn)).toEqual({ urn, type: "kubernetes:apps/v1:Deployment", name: "brain::api" });
});
