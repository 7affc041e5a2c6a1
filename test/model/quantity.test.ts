import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes, bytesSchema, cpuSchema, millicores } from "../../model/quantity.ts";

describe("a CPU quantity", () => {
  it.each([
    ["1m", 1],
    ["100m", 100],
    ["1500m", 1500],
    ["1", 1000],
    ["2", 2000],
  ])("%s is %d millicores", (text, expected) => {
    expect(cpuSchema.safeParse(text).success).toBe(true);
    expect(millicores(text)).toBe(expected);
  });

  it.each(["", "0", "0m", "0.5", "-1", "100M", "1 ", "m", "01"])("%j is refused", (text) => {
    expect(cpuSchema.safeParse(text).success).toBe(false);
  });

  it("is the same in cores and in millicores", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (cores) => {
        expect(millicores(String(cores))).toBe(millicores(`${cores * 1000}m`));
      }),
    );
  });
});

describe("an amount of bytes", () => {
  it.each([
    ["1Ki", 1024],
    ["128Mi", 134_217_728],
    ["2Gi", 2_147_483_648],
    ["1Ti", 1_099_511_627_776],
  ])("%s is %d bytes", (text, expected) => {
    expect(bytesSchema.safeParse(text).success).toBe(true);
    expect(bytes(text)).toBe(expected);
  });

  it.each(["", "0Mi", "128", "128MB", "128M", "1.5Gi", "-1Gi", "Mi"])("%j is refused", (text) => {
    expect(bytesSchema.safeParse(text).success).toBe(false);
  });

  it("is the same in one unit and in the next smaller", () => {
    const units = fc.constantFrom(["Ti", "Gi"], ["Gi", "Mi"], ["Mi", "Ki"]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), units, (amount, [larger = "", smaller = ""]) => {
        expect(bytes(`${amount}${larger}`)).toBe(bytes(`${amount * 1024}${smaller}`));
      }),
    );
  });
});
