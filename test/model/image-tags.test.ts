import { describe, expect, it } from "vitest";
import { imageTags } from "../../model/image-tags.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const branchTag = (branch: string, dirty = false) => imageTags({ commit, branch, dirty }).branch ?? "";

describe("the tags of an image", () => {
  it("are its source's last commit and its branch", () => {
    expect(imageTags({ commit, branch: "main", dirty: false })).toEqual({ commit: "0123456789ab", branch: "main" });
  });

  it("say where the source held more than the commit", () => {
    expect(imageTags({ commit, branch: "main", dirty: true })).toEqual({
      commit: "0123456789ab-dirty",
      branch: "main-dirty",
    });
  });

  it("are the commit alone where no branch is checked out", () => {
    expect(imageTags({ commit, dirty: false })).toEqual({ commit: "0123456789ab" });
  });

  it("are none for a source that git knows nothing of", () => {
    expect(imageTags(undefined)).toEqual({});
  });
});

describe("a branch's tag", () => {
  it.each(["main", "release-1.2", "v2_x"])("is the branch's name where a tag can hold it: %s", (branch) => {
    expect(branchTag(branch)).toBe(branch);
  });

  it("has - for what a tag cannot hold, and a hash that tells it from a branch of that name", () => {
    expect(branchTag("feature/log in")).toMatch(/^feature-log-in-[0-9a-f]{8}$/);
    expect(branchTag("feature/login")).not.toBe(branchTag("feature-login"));
  });

  it.each(["x".repeat(300), `${"ä/".repeat(90)}end`, ".hidden", "--", "käse"])(
    "is one that a registry takes, dirty or not: %s",
    (branch) => {
      for (const dirty of [false, true]) expect(branchTag(branch, dirty)).toMatch(/^\w[\w.-]{0,127}$/);
    },
  );
});
