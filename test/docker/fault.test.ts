import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failsAtRate, faultSchema } from "../../docker/reference-workload/src/fault.ts";

const failuresAmong = (requests: number, rate: number) =>
  Array.from({ length: requests }, (_, number) => failsAtRate(number, rate)).filter(Boolean).length;

describe("an injected fault", () => {
  it("fails exactly the share of requests that its rate names", () => {
    expect(failuresAmong(100, 0)).toBe(0);
    expect(failuresAmong(100, 0.25)).toBe(25);
    expect(failuresAmong(100, 1)).toBe(100);
  });

  it("never strays from its rate by a whole request", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (requests, rate) => {
        expect(Math.abs(failuresAmong(requests, rate) - requests * rate)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("has the defaults of a plain failure", () => {
    expect(faultSchema.parse({ kind: "errors", rate: 0.1 })).toEqual({ kind: "errors", rate: 0.1, status: 500 });
    expect(faultSchema.parse({ kind: "crash", afterSeconds: 2 })).toEqual({
      kind: "crash",
      afterSeconds: 2,
      exitCode: 1,
    });
    expect(faultSchema.parse({ kind: "unready" })).toEqual({ kind: "unready", afterSeconds: 0 });
  });

  it.each([
    { kind: "errors", rate: 1.5 },
    { kind: "errors", rate: 0.5, status: 200 },
    { kind: "slow", milliseconds: -1 },
    { kind: "crash", afterSeconds: 1, exitCode: 0 },
    { kind: "slow-start" },
    { kind: "gremlins" },
  ])("refuses %j", (fault) => {
    expect(faultSchema.safeParse(fault).success).toBe(false);
  });
});
