import { describe, expect, it } from "vitest";
import { candidateVersions } from "../../../toolchain/debian/apt.ts";
import { distributions, hostProblems, type HostFacts } from "../../../toolchain/debian/host.ts";
import { missingPackages, unpackedName } from "../../../toolchain/debian/packages.ts";

const suitable: HostFacts = { platform: "linux", user: 0, distributions: ["debian"], hasApt: true };

describe("a machine for the local cluster", () => {
  it("is Debian, or derives from it, as root", () => {
    expect(hostProblems(suitable)).toEqual([]);
    expect(hostProblems({ ...suitable, distributions: ["ubuntu", "debian"] })).toEqual([]);
  });

  it("is told all that is missing at once", () => {
    expect(hostProblems({ ...suitable, user: 1000, distributions: ["fedora"] })).toEqual([
      "it needs root: containers, network interfaces and mounts are made",
      "its daemons come from Debian's packages, and this is fedora",
    ]);
  });

  it("is told only that it is no Linux when it is none", () => {
    expect(hostProblems({ ...suitable, platform: "darwin", user: 501, distributions: [] })).toEqual([
      "it needs Linux, and this is darwin",
    ]);
  });
});

describe("os-release", () => {
  it("names the distribution and its ancestors, quoted or not", () => {
    expect(distributions('NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\n')).toEqual([
      "linuxmint",
      "ubuntu",
      "debian",
    ]);
    expect(distributions("")).toEqual([]);
  });
});

describe("packages", () => {
  const policy = `containerd:
  Installed: (none)
  Candidate: 1.6.20~ds1-1+deb12u3
  Version table:
     1.6.20~ds1-1+deb12u3 500
        500 http://deb.debian.org/debian bookworm/main amd64 Packages
libdevmapper1.02.1:
  Installed: 2:1.02.185-2
  Candidate: 2:1.02.185-2
gone:
  Installed: (none)
  Candidate: (none)
`;

  it("have the version that apt would install", () => {
    expect([...candidateVersions(policy)]).toEqual([
      ["containerd", "1.6.20~ds1-1+deb12u3"],
      ["libdevmapper1.02.1", "2:1.02.185-2"],
    ]);
  });

  it("are unpacked anew when a version changes, in whatever order they are named", () => {
    const name = unpackedName(
      "cluster",
      new Map([
        ["a", "1"],
        ["b", "2"],
      ]),
    );
    expect(
      unpackedName(
        "cluster",
        new Map([
          ["b", "2"],
          ["a", "1"],
        ]),
      ),
    ).toBe(name);
    expect(
      unpackedName(
        "cluster",
        new Map([
          ["a", "1"],
          ["b", "3"],
        ]),
      ),
    ).not.toBe(name);
  });

  it("are missing unless dpkg calls them installed", () => {
    expect(missingPackages(["iptables", "ipset", "kmod"], "iptables installed\nkmod config-files\n")).toEqual([
      "ipset",
      "kmod",
    ]);
  });
});
