import { randomInt } from "node:crypto";

/** What a random text is made of: the arguments of RandomPassword and RandomString, all given. */
export interface TextRecipe {
  readonly length: number;
  readonly lower: boolean;
  readonly upper: boolean;
  readonly numeric: boolean;
  readonly special: boolean;
  readonly minLower: number;
  readonly minUpper: number;
  readonly minNumeric: number;
  readonly minSpecial: number;
  /** Replaces the default special characters; used only where `special` is true. */
  readonly overrideSpecial?: string;
}

/** Draws a whole number from 0 up to, not including, `below`; every one equally likely. */
export type Draw = (below: number) => number;

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const NUMERIC = "0123456789";
/** The provider's documented default: `!@#$%&*()-_=+[]{}<>:?`. */
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** Why no text can be made, or undefined. */
export function recipeProblem(recipe: TextRecipe): string | undefined {
  const minimum = recipe.minLower + recipe.minUpper + recipe.minNumeric + recipe.minSpecial;
  if (recipe.length < 1) return `length must be at least 1, not ${recipe.length}`;
  if (recipe.length < minimum) {
    return `length ${recipe.length} is less than the ${minimum} characters that the minimums ask for`;
  }
  if (alphabet(recipe) === "") return "at least one of lower, upper, numeric and special must be true";
  return undefined;
}

/** A random text by the recipe, every admissible character equally likely, in random order. */
export function randomText(recipe: TextRecipe, draw: Draw = randomInt): string {
  const { special } = classes(recipe);
  const required = [
    ...picks(LOWER, recipe.minLower, draw),
    ...picks(LOWER.toUpperCase(), recipe.minUpper, draw),
    ...picks(NUMERIC, recipe.minNumeric, draw),
    ...picks(special, recipe.minSpecial, draw),
  ];
  return shuffled([...required, ...picks(alphabet(recipe), recipe.length - required.length, draw)], draw).join("");
}

function alphabet(recipe: TextRecipe): string {
  return Object.values(classes(recipe)).join("");
}

function classes(recipe: TextRecipe) {
  return {
    lower: recipe.lower ? LOWER : "",
    upper: recipe.upper ? LOWER.toUpperCase() : "",
    numeric: recipe.numeric ? NUMERIC : "",
    special: recipe.special ? (recipe.overrideSpecial ?? SPECIAL) : "",
  };
}

function picks(from: string, count: number, draw: Draw): string[] {
  if (from === "") return [];
  return Array.from({ length: count }, () => from.charAt(draw(from.length)));
}

function shuffled(characters: readonly string[], draw: Draw): string[] {
  const result = [...characters];
  for (let last = result.length - 1; last > 0; last--) {
    const other = draw(last + 1);
    [result[last], result[other]] = [result[other] ?? "", result[last] ?? ""];
  }
  return result;
}
