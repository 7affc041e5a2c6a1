import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fragments,
  hasReservedCharacters,
  imagePlaceholder,
  placeholdersIn,
  secretHashPlaceholder,
  secretPlaceholder,
  type Fragment,
} from "../../model/placeholder.ts";

const key = fc.stringMatching(/^[A-Za-z0-9/.@:_-]{1,30}$/);
const literal = fc.string({ minLength: 1 }).filter((text) => !hasReservedCharacters(text));
const placeholder = fc.oneof(
  key.map((name): [string, Fragment] => [imagePlaceholder(name), { kind: "image", key: name }]),
  key.map((name): [string, Fragment] => [secretPlaceholder(name), { kind: "secret", key: name }]),
  key.map((name): [string, Fragment] => [secretHashPlaceholder([name]), { kind: "secretHash", key: name }]),
);

describe("a string with placeholders", () => {
  it("comes apart into its literal text and its placeholders, in order", () => {
    expect(fragments(`redis://default:${secretPlaceholder("shop.PASSWORD")}@host:6379/0`)).toEqual([
      "redis://default:",
      { kind: "secret", key: "shop.PASSWORD" },
      "@host:6379/0",
    ]);
  });

  it("comes back whole when it has none, empty or not", () => {
    expect(fragments("")).toEqual([""]);
    expect(fragments("plain")).toEqual(["plain"]);
  });

  it("gives back exactly what was put together", () => {
    const pieces = fc.array(fc.tuple(literal, placeholder), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(pieces, (list) => {
        const text = list.map(([before, [mark]]) => before + mark).join("");
        expect(fragments(text)).toEqual(list.flatMap(([before, [, part]]) => [before, part]));
      }),
    );
  });

  it("is recognised as not fit to come from outside", () => {
    fc.assert(
      fc.property(literal, placeholder, (text, [mark]) => {
        expect(hasReservedCharacters(text)).toBe(false);
        expect(hasReservedCharacters(text + mark)).toBe(true);
      }),
    );
    expect(hasReservedCharacters("half an opening \u{E000}")).toBe(true);
    expect(hasReservedCharacters("half a closing \u{E001}")).toBe(true);
  });
});

describe("the placeholder of a hash over secrets", () => {
  it("is the same in whatever order the secrets are named", () => {
    expect(secretHashPlaceholder(["b", "a"])).toBe(secretHashPlaceholder(["a", "b"]));
    expect(fragments(secretHashPlaceholder(["b", "a"]))).toEqual([{ kind: "secretHash", key: "a,b" }]);
  });
});

describe("the placeholders in plain data", () => {
  it("are found at any depth, each once", () => {
    const data = {
      list: [imagePlaceholder("crm"), { deep: `x${secretPlaceholder("s.A")}y${secretPlaceholder("s.B")}` }],
      again: secretPlaceholder("s.A"),
      number: 5,
      nothing: null,
    };
    expect(placeholdersIn(data)).toEqual([
      { kind: "image", key: "crm" },
      { kind: "secret", key: "s.A" },
      { kind: "secret", key: "s.B" },
    ]);
  });

  it("tell an image and a secret of one key apart", () => {
    expect(placeholdersIn([imagePlaceholder("x"), secretPlaceholder("x")])).toHaveLength(2);
  });
});
