import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundedName, DNS_LABEL, NAME_LIMIT } from "../../model/name.ts";

const labelPart = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$/);

describe("a bounded name", () => {
  it("joins its parts with a hyphen and leaves out empty ones", () => {
    expect(boundedName(["bizosaas", "crm"])).toBe("bizosaas-crm");
    expect(boundedName(["", "crm", ""])).toBe("crm");
  });

  it("keeps a name of exactly 63 characters whole", () => {
    expect(boundedName(["a".repeat(63)])).toBe("a".repeat(63));
  });

  it("ends in a hash of the whole as soon as it would be longer", () => {
    expect(boundedName(["a".repeat(64)])).toBe(`${"a".repeat(54)}-ffe054fe`);
  });

  it("tells two long names apart that differ only at their end", () => {
    expect(boundedName(["a".repeat(80), "x"])).not.toBe(boundedName(["a".repeat(80), "y"]));
  });

  it("puts no two hyphens before the hash", () => {
    expect(boundedName([`${"a".repeat(50)}-----${"b".repeat(20)}`])).toMatch(/^a{50}-[0-9a-f]{8}$/);
  });

  it("is never longer than the limit, whatever the limit", () => {
    fc.assert(
      fc.property(fc.array(labelPart, { maxLength: 4 }), fc.integer({ min: 12, max: 100 }), (parts, limit) => {
        expect(boundedName(parts, limit).length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it("stays a DNS label when its parts are DNS labels", () => {
    fc.assert(
      fc.property(fc.array(labelPart, { minLength: 1, maxLength: 4 }), (parts) => {
        const name = boundedName(parts);
        expect(name).toMatch(DNS_LABEL);
        expect(name.length).toBeLessThanOrEqual(NAME_LIMIT);
      }),
    );
  });

  it("keeps distinct names distinct", () => {
    fc.assert(
      fc.property(fc.uniqueArray(labelPart, { minLength: 2, maxLength: 20 }), labelPart, (tails, head) => {
        const long = tails.map((tail) => boundedName([head, "service-with-a-name-that-goes-on-and-on-for-long", tail]));
        expect(new Set(long).size).toBe(tails.length);
      }),
    );
  });
});
