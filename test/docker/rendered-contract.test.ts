import { describe, expect, it } from "vitest";
import { contractSchema } from "../../docker/reference-workload/src/contract.ts";
import { renderEnvironment } from "../../model/render/environment.ts";
import { onlyPlatform, resolveOwn } from "../model/stack-fixtures.ts";

const standIns = onlyPlatform(resolveOwn("dev")).services.filter((service) => service.reference);

describe("what fleet renders for the reference workload", () => {
  it("is there to be checked", () => {
    expect(standIns.map((service) => service.objectName)).toContain("bizosaas-identity");
  });

  it.each(standIns.map((service) => [service.objectName, service] as const))(
    "is a contract that %s's stand-in accepts, with a variable for each link",
    (name, service) => {
      const { plain, secret } = renderEnvironment(service);
      const contract = contractSchema.parse(JSON.parse(plain["REFERENCE_CONTRACT"] ?? "null"));
      expect(contract.service).toBe(name);
      expect(contract.links.map((link) => link.name)).toEqual(service.links.map((link) => link.name));
      const variables = contract.links.flatMap((link) => (link.kind === "absent" ? [] : [link.variable]));
      expect(Object.keys({ ...plain, ...secret })).toEqual(
        expect.arrayContaining([...variables, ...contract.required]),
      );
    },
  );
});
