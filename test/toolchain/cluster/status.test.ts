import { describe, expect, it } from "vitest";
import { lastLines } from "../../../toolchain/cluster/logs.ts";
import { unready, type Readiness } from "../../../toolchain/cluster/readiness.ts";
import { residentBytes, summary, type MeasuredProcess } from "../../../toolchain/cluster/status.ts";

const parts: Readiness = { apiServer: true, node: true, nameService: true, registry: true, imageBuilder: true };
const process = (pid: number, cgroup: string, bytes: number): MeasuredProcess => ({
  pid,
  parent: 1,
  name: "x",
  cgroup,
  startedTicks: 0,
  residentBytes: bytes,
  uptimeSeconds: 7,
});

describe("the cluster's status", () => {
  it("is ready when every process runs and every part answers", () => {
    const status = summary(new Map([["etcd", 5]]), [process(5, "system", 100), process(6, "kubepods/a", 30)], parts);
    expect(status).toEqual({
      ready: true,
      processes: [{ name: "etcd", running: true, pid: 5, residentBytes: 100, uptimeSeconds: 7 }],
      parts,
      memory: { systemBytes: 100, podBytes: 30, totalBytes: 130 },
    });
  });

  it("is not ready when a process is gone, even if its old number is still written down", () => {
    const status = summary(new Map([["etcd", 5]]), [process(6, "system", 1)], parts);
    expect(status.ready).toBe(false);
    expect(status.processes).toEqual([{ name: "etcd", running: false }]);
  });

  it("is not ready when a part does not answer, and names the part", () => {
    expect(summary(new Map(), [], { ...parts, nameService: false }).ready).toBe(false);
    expect(unready({ ...parts, nameService: false, node: false })).toEqual(["node", "name service"]);
  });
});

it("resident memory is in bytes, and none for a process that has gone", () => {
  expect(residentBytes("Name:\tetcd\nVmRSS:\t   2048 kB\n")).toBe(2097152);
  expect(residentBytes("")).toBe(0);
});

it("the last lines of a log are the last written", () => {
  expect(lastLines("a\nb\nc\n", 2)).toBe("b\nc");
  expect(lastLines("", 5)).toBe("");
});
