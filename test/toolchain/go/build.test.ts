import { describe, expect, it } from "vitest";
import { cacheKey, type GoTool } from "../../../toolchain/go/build.ts";
import { goDirective, isAtLeast, pinnedVersion, requiredVersion } from "../../../toolchain/go/modules.ts";

const goMod = `module fleet.local/toolchain/x

go 1.26.0

require github.com/one/single v0.1.0
require (
	github.com/pulumi/pulumi/sdk/v3 v3.255.0 // indirect
	github.com/pulumi/pulumi/pkg/v3 v3.256.0 // indirect
	github.com/forked/tool v0.0.0-00010101000000-000000000000 // indirect
)

replace k8s.io/api => k8s.io/api v0.36.3
replace github.com/forked/tool => github.com/fork/tool v2.2.1
`;

describe("the version of a tool", () => {
  it("is what go.mod requires", () => {
    expect(requiredVersion(goMod, "github.com/pulumi/pulumi/pkg/v3")).toBe("v3.256.0");
    expect(requiredVersion(goMod, "github.com/one/single")).toBe("v0.1.0");
  });

  it("is its replacement's where it is replaced", () => {
    expect(requiredVersion(goMod, "github.com/forked/tool")).toBe("v2.2.1");
  });

  it("must be required, not only replaced", () => {
    expect(() => requiredVersion(goMod, "k8s.io/api")).toThrow("go.mod does not require k8s.io/api");
  });

  it("can be read from each tools module of this folder", async () => {
    expect(await pinnedVersion("kubernetes", "k8s.io/kubernetes")).toMatch(/^v1\.36\./);
    expect(await pinnedVersion("coredns", "github.com/coredns/coredns")).toMatch(/^v1\./);
    expect(await pinnedVersion("pulumi", "github.com/pulumi/pulumi/pkg/v3")).toMatch(/^v3\./);
  });
});

describe("the Go version a module needs", () => {
  it("is its go directive", () => {
    expect(goDirective(goMod)).toBe("1.26.0");
  });

  it.each([
    ["go1.26.8", "1.26.0", true],
    ["go1.26.0", "1.26", true],
    ["go1.27rc1", "1.26.0", true],
    ["go1.9.7", "1.26.0", false],
    ["go1.25.9", "1.26.0", false],
  ])("%s against %s is %s", (actual, minimum, enough) => {
    expect(isAtLeast(actual, minimum)).toBe(enough);
  });
});

describe("the cache directory of a build", () => {
  const tool: GoTool = { module: "pulumi", packages: ["a/cmd/pulumi"], version: "v3.256.0" };

  it("names the tool and its version", () => {
    expect(cacheKey(tool, [goMod, "sum"])).toMatch(/^pulumi-v3\.256\.0-[0-9a-f]{12}$/);
  });

  it("changes with a pin, a package or a flag, and with nothing else", () => {
    const key = cacheKey(tool, [goMod, "sum"]);
    expect(cacheKey({ ...tool, ldflags: [] }, [goMod, "sum"])).toBe(key);
    expect(cacheKey(tool, [`${goMod}\n`, "sum"])).not.toBe(key);
    expect(cacheKey(tool, [goMod, "sum2"])).not.toBe(key);
    expect(cacheKey({ ...tool, packages: ["a/cmd/other"] }, [goMod, "sum"])).not.toBe(key);
    expect(cacheKey({ ...tool, ldflags: ["-X v=1"] }, [goMod, "sum"])).not.toBe(key);
  });
});
