import { describe, expect, it } from "vitest";
import { contractSchema, routePattern } from "../../docker/reference-workload/src/contract.ts";

describe("the contract of a stood-in service", () => {
  it("falls back to seed 002's health paths and to nothing required", () => {
    expect(contractSchema.parse({ service: "bizosaas-crm" })).toEqual({
      service: "bizosaas-crm",
      health: { report: "/health", ready: "/health/ready", live: "/health/live" },
      endpoints: [],
      once: false,
      required: [],
      links: [],
    });
  });

  it("keeps each health path that is named and fills in the others", () => {
    expect(contractSchema.parse({ service: "a", health: { report: "/api/v1/health" } }).health).toEqual({
      report: "/api/v1/health",
      ready: "/health/ready",
      live: "/health/live",
    });
  });

  it("probes a linked service at its liveness path, so that one outage does not spread", () => {
    const links = [{ name: "identity", kind: "http", variable: "IDENTITY_URL", required: false }];
    expect(contractSchema.parse({ service: "a", links }).links[0]).toMatchObject({ path: "/health/live" });
  });

  it.each([
    ["an unknown key", { service: "a", port: 80 }],
    [
      "an unknown kind of link",
      { service: "a", links: [{ name: "x", kind: "cassandra", variable: "X", required: true }] },
    ],
    ["an absent link without a reason", { service: "a", links: [{ name: "x", kind: "absent", required: false }] }],
    ["a path that is relative", { service: "a", endpoints: [{ path: "calls" }] }],
    ["a placeholder that is not closed", { service: "a", endpoints: [{ path: "/calls/{id" }] }],
    ["a variable that no shell could set", { service: "a", required: ["DATABASE-URL"] }],
    [
      "two links of one name",
      {
        service: "a",
        links: [
          { name: "x", kind: "absent", reason: "r", required: false },
          { name: "x", kind: "absent", reason: "r", required: false },
        ],
      },
    ],
  ])("refuses %s", (_what, contract) => {
    expect(contractSchema.safeParse(contract).success).toBe(false);
  });

  it("turns OpenAPI's placeholders into the router's", () => {
    expect(routePattern("/calls/{id}/turns/{turn_id}")).toBe("/calls/:id/turns/:turn_id");
  });
});
