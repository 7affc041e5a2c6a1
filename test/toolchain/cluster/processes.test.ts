import { describe, expect, it } from "vitest";
import { parseHierarchies } from "../../../toolchain/cluster/cgroups.ts";
import {
  cgroupBelow,
  orphans,
  parseStat,
  supervisor,
  type ClusterProcess,
} from "../../../toolchain/cluster/processes.ts";

const process = (pid: number, parent: number, name: string, cgroup: string | undefined = "system"): ClusterProcess => ({
  pid,
  parent,
  name,
  cgroup,
  startedTicks: 0,
});

const healthy = [
  process(10, 1, "runsvdir"),
  process(11, 10, "runsv"),
  process(12, 11, "etcd"),
  process(13, 11, "svlogd"),
  process(20, 1, "containerd-shim"),
  process(21, 20, "pause", "kubepods/besteffort/pod1/abc"),
  process(22, 1, "node", "kubepods/besteffort/pod1/def"),
];

describe("orphans", () => {
  it("are none in a healthy cluster: shims and containers have no supervisor by design", () => {
    expect(orphans(healthy)).toEqual([]);
  });

  it("are what a killed runsv leaves behind", () => {
    const killed = healthy
      .filter(({ pid }) => pid !== 11)
      .map((each) => (each.parent === 11 ? { ...each, parent: 1 } : each));
    expect(orphans(killed).map(({ name }) => name)).toEqual(["etcd", "svlogd"]);
  });

  it("are all supervised processes once the supervisor is gone", () => {
    const killed = healthy
      .filter(({ pid }) => pid !== 10)
      .map((each) => (each.parent === 10 ? { ...each, parent: 1 } : each));
    expect(supervisor(killed)).toBeUndefined();
    expect(orphans(killed).map(({ name }) => name)).toEqual(["runsv", "etcd", "svlogd"]);
  });

  it("include a marked process that left the cluster's cgroup", () => {
    expect(orphans([...healthy, { ...process(30, 1, "kubelet"), cgroup: undefined }]).map(({ pid }) => pid)).toEqual([
      30,
    ]);
  });
});

describe("a process of /proc", () => {
  it("belongs to the cluster by its cgroup in any hierarchy", () => {
    expect(cgroupBelow("12:memory:/fleet/kubepods/pod1\n3:cpu:/user\n", "fleet")).toBe("kubepods/pod1");
    expect(cgroupBelow("0::/fleet\n", "fleet")).toBe("");
    expect(cgroupBelow("12:memory:/fleetwood/x\n0::/\n", "fleet")).toBeUndefined();
  });

  it("may have a name with spaces and parentheses", () => {
    const stat = "42 (tmux: (a) b) S 7 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 1000 10";
    expect(parseStat(stat)).toEqual({ name: "tmux: (a) b", state: "S", parent: 7, startedTicks: 98765 });
  });
});

describe("cgroup hierarchies", () => {
  it("are those mounted, of both versions, each once", () => {
    const mountinfo = [
      "27 1 254:0 / / rw - ext4 /dev/vda rw",
      "35 31 0:31 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory",
      "41 31 0:38 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw",
      "41 31 0:38 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw",
    ].join("\n");
    expect(parseHierarchies(mountinfo)).toEqual([
      { path: "/sys/fs/cgroup/memory", version: 1 },
      { path: "/sys/fs/cgroup/unified", version: 2 },
    ]);
  });
});
