import fc from "fast-check";
import { expect, test } from "vitest";
import { randomText, recipeProblem, type TextRecipe } from "../../../../toolchain/providers/random/text.ts";

const all: TextRecipe = {
  length: 32,
  lower: true,
  upper: true,
  numeric: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
};

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

test("every text has its length, its minimums and no character of a class that is switched off", () => {
  const recipes = fc.record({
    length: fc.integer({ min: 12, max: 64 }),
    lower: fc.constant(true),
    upper: fc.boolean(),
    numeric: fc.boolean(),
    special: fc.boolean(),
    minLower: fc.integer({ min: 0, max: 12 }),
  });
  fc.assert(
    fc.property(recipes, (given) => {
      const text = randomText({ ...all, ...given });
      expect(text).toHaveLength(given.length);
      expect(count(text, /[a-z]/g)).toBeGreaterThanOrEqual(given.minLower);
      if (!given.upper) expect(text).not.toMatch(/[A-Z]/);
      if (!given.numeric) expect(text).not.toMatch(/\d/);
      if (!given.special) expect(text).toMatch(/^[a-zA-Z0-9]+$/);
    }),
  );
});

test("special characters of one's own replace the default ones", () => {
  const text = randomText({ ...all, lower: false, upper: false, numeric: false, overrideSpecial: "_" });
  expect(text).toBe("_".repeat(32));
});

test("each draw is asked for exactly as many outcomes as there are characters to choose from", () => {
  const asked: number[] = [];
  randomText({ ...all, length: 3, upper: false, numeric: false, special: false }, (below) => {
    asked.push(below);
    return 0;
  });
  expect(asked).toEqual([26, 26, 26, 3, 2]);
});

test("two texts differ", () => {
  expect(randomText(all)).not.toBe(randomText(all));
});

test("what cannot be made is refused with the numbers", () => {
  expect(recipeProblem({ ...all, length: 3, minUpper: 2, minNumeric: 2 })).toBe(
    "length 3 is less than the 4 characters that the minimums ask for",
  );
  expect(recipeProblem({ ...all, lower: false, upper: false, numeric: false, special: false })).toMatch(/at least one/);
  expect(recipeProblem(all)).toBeUndefined();
});
