import { describe, expect, it } from "vitest";
import { contractSchema } from "../../docker/reference-workload/src/contract.ts";
import { catalogue } from "../../services/catalogue.ts";
import { platformObjects } from "./facts/fact.ts";

describe.each(catalogue.map(({ name }) => name))(
  "the reference workload, in the place of %s's services",
  (platform) => {
    const contracts = [...platformObjects(platform)].filter(([name]) => name.startsWith("Contract/"));

    it("is given a contract for each of them", () => {
      const services = catalogue.find(({ name }) => name === platform)?.services ?? [];
      expect(contracts).toHaveLength(services.length);
    });

    it.each(contracts)("accepts %s", (_name, contract) => {
      expect(contractSchema.safeParse(contract).error?.issues ?? []).toEqual([]);
    });
  },
);
