import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { overlay, type PlainObject } from "../../model/overlay.ts";

describe("laying one object over another", () => {
  it("merges objects key by key, at any depth", () => {
    expect(overlay({ cpu: { request: "1", limit: "2" }, port: 1 }, { cpu: { limit: "4" } })).toEqual({
      cpu: { request: "1", limit: "4" },
      port: 1,
    });
  });

  it("takes undefined to say nothing", () => {
    expect(
      overlay({ replicas: 2, cpu: { request: "1" } }, { replicas: undefined, cpu: { request: undefined } }),
    ).toEqual({ replicas: 2, cpu: { request: "1" } });
  });

  it.each([0, "", false, null])("takes %j for a value", (value) => {
    expect(overlay({ key: "base" }, { key: value })).toEqual({ key: value });
  });

  it("replaces lists whole", () => {
    expect(overlay({ list: [1, 2, 3] }, { list: [4] })).toEqual({ list: [4] });
    expect(overlay({ list: { a: 1 } }, { list: [4] })).toEqual({ list: [4] });
  });

  it("replaces a union whole when its kind differs, so that no field of the other kind stays", () => {
    expect(overlay({ image: { kind: "build", context: "x" } }, { image: { kind: "pinned", digest: "y" } })).toEqual({
      image: { kind: "pinned", digest: "y" },
    });
  });

  it("merges a union whose kind is the same or not said again", () => {
    const base = { store: { kind: "inCluster", storage: "1Gi", image: "x" } };
    const merged = { store: { kind: "inCluster", storage: "5Gi", image: "x" } };
    expect(overlay(base, { store: { kind: "inCluster", storage: "5Gi" } })).toEqual(merged);
    expect(overlay(base, { store: { storage: "5Gi" } })).toEqual(merged);
  });

  const data = fc.dictionary(fc.constantFrom("a", "b", "kind"), fc.anything()) as fc.Arbitrary<PlainObject>;

  it("changes neither of the two", () => {
    fc.assert(
      fc.property(data, data, (base, over) => {
        const before = structuredCloneable(base, over);
        overlay(base, over);
        expect(structuredCloneable(base, over)).toEqual(before);
      }),
    );
  });

  it("leaves the base as it is under nothing, and is itself over nothing", () => {
    fc.assert(
      fc.property(data, (one) => {
        expect(overlay(one, {})).toEqual(one);
        expect(overlay({}, one)).toEqual(one);
      }),
    );
  });
});

function structuredCloneable(...values: readonly unknown[]): string {
  return JSON.stringify(values, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}
