import { describe, expect, it } from "vitest";
import { digestChanges, provenImages } from "../../model/proven-images.ts";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

describe("what a stack runs", () => {
  it("is a digest for each image of the registry, and the whole reference for any other", () => {
    const references = {
      "shop/cart": `r.test/fleet/shop/cart@${digest("a")}`,
      redis: `r.test/fleet/redis@${digest("b")}`,
      [`mongodb@${digest("c")}`]: `docker.io/library/mongo@${digest("c")}`,
      "shop/till": `other.test/fleet/shop/till@${digest("d")}`,
    };
    expect(provenImages(references, "r.test/fleet")).toEqual({
      digests: { "shop/cart": digest("a"), redis: digest("b") },
      elsewhere: {
        [`mongodb@${digest("c")}`]: `docker.io/library/mongo@${digest("c")}`,
        "shop/till": `other.test/fleet/shop/till@${digest("d")}`,
      },
    });
  });
});

describe("what changes of digests", () => {
  it("is what comes, goes and differs, by name", () => {
    const before = { same: digest("a"), gone: digest("b"), moved: digest("c") };
    const after = { same: digest("a"), moved: digest("d"), added: digest("e") };
    expect(digestChanges(before, after)).toEqual([
      { image: "added", after: digest("e") },
      { image: "gone", before: digest("b") },
      { image: "moved", before: digest("c"), after: digest("d") },
    ]);
  });
});
