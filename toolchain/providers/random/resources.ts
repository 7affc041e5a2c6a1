import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { isUnknown, revealedMap, secret, type PropertyMap } from "../protocol/values.ts";
import { randomText, recipeProblem, type TextRecipe } from "./text.ts";

/** What a resource of `@pulumi/random` does: fill in its inputs, find what is wrong with them, make its value. */
export interface RandomResource {
  readonly defaults: PropertyMap;
  problem?(inputs: PropertyMap): string | undefined;
  generate(inputs: PropertyMap): { readonly id: string; readonly outputs: PropertyMap };
}

const TEXT_DEFAULTS: PropertyMap = {
  lower: true,
  upper: true,
  numeric: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
};

/**
 * The resources the stand-in knows. RandomPassword's `bcryptHash` is left out: it would take a dependency for
 * something nothing here reads; a program that needs it needs the official plugin.
 */
export const RANDOM_RESOURCES: Readonly<Record<string, RandomResource>> = {
  "random:index/randomPassword:RandomPassword": {
    defaults: TEXT_DEFAULTS,
    problem: (inputs) => recipeProblem(recipe(inputs)),
    // The password is no identifier: the official provider records "none" as well.
    generate: (inputs) => ({ id: "none", outputs: { ...text(inputs), result: secret(randomText(recipe(inputs))) } }),
  },
  "random:index/randomString:RandomString": {
    defaults: TEXT_DEFAULTS,
    problem: (inputs) => recipeProblem(recipe(inputs)),
    generate: (inputs) => {
      const result = randomText(recipe(inputs));
      return { id: result, outputs: { ...text(inputs), result } };
    },
  },
  "random:index/randomId:RandomId": {
    defaults: {},
    generate: (inputs) => {
      const bytes = randomBytes(Number(inputs["byteLength"]));
      const prefix = typeof inputs["prefix"] === "string" ? inputs["prefix"] : "";
      return {
        id: bytes.toString("base64url"),
        outputs: {
          ...inputs,
          b64Std: prefix + bytes.toString("base64"),
          b64Url: prefix + bytes.toString("base64url"),
          hex: prefix + bytes.toString("hex"),
          dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
        },
      };
    },
  },
  "random:index/randomBytes:RandomBytes": {
    defaults: {},
    generate: (inputs) => {
      const bytes = randomBytes(Number(inputs["length"]));
      const outputs = { base64: secret(bytes.toString("base64")), hex: secret(bytes.toString("hex")) };
      return { id: "none", outputs: { ...inputs, ...outputs } };
    },
  },
  "random:index/randomUuid:RandomUuid": {
    defaults: {},
    generate: (inputs) => {
      const result = randomUUID();
      return { id: result, outputs: { ...inputs, result } };
    },
  },
  "random:index/randomInteger:RandomInteger": {
    defaults: {},
    problem: (inputs) => {
      if (inputs["seed"] !== undefined) return "seed is not supported by the stand-in";
      return Number(inputs["min"]) > Number(inputs["max"]) ? "min is greater than max" : undefined;
    },
    generate: (inputs) => {
      const result = randomInt(Number(inputs["min"]), Number(inputs["max"]) + 1);
      return { id: String(result), outputs: { ...inputs, result } };
    },
  },
};

/** What is wrong with inputs that are all known; undefined where something is still unknown. */
export function inputProblem(resource: RandomResource, inputs: PropertyMap): string | undefined {
  const plain = revealedMap(inputs);
  return Object.values(plain).some(isUnknown) ? undefined : resource.problem?.({ ...resource.defaults, ...plain });
}

/** The old name of `numeric` counts where the new one is not given. */
function text(inputs: PropertyMap): PropertyMap {
  const all = { ...TEXT_DEFAULTS, ...inputs };
  const numeric = inputs["numeric"] ?? inputs["number"] ?? true;
  return { ...all, numeric, number: numeric };
}

function recipe(inputs: PropertyMap): TextRecipe {
  const all = text(inputs);
  const overrideSpecial = all["overrideSpecial"];
  return {
    length: Number(all["length"]),
    lower: all["lower"] === true,
    upper: all["upper"] === true,
    numeric: all["numeric"] === true,
    special: all["special"] === true,
    minLower: Number(all["minLower"]),
    minUpper: Number(all["minUpper"]),
    minNumeric: Number(all["minNumeric"]),
    minSpecial: Number(all["minSpecial"]),
    ...(typeof overrideSpecial === "string" && overrideSpecial !== "" ? { overrideSpecial } : {}),
  };
}
