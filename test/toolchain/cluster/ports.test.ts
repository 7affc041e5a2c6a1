import { describe, expect, it } from "vitest";
import { parseListeners, portConflicts } from "../../../toolchain/cluster/ports.ts";

const ss = `LISTEN 0      4096       127.0.0.1:5000       0.0.0.0:*    users:(("airtunes",pid=812,fd=3))
LISTEN 0      4096               *:30100            *:*    users:(("node",pid=99,fd=21),("node",pid=100,fd=21))
LISTEN 0      511             [::]:8080          [::]:*
LISTEN 0      128            [::1]:6443          [::]:*
`;

describe("ports", () => {
  it("are read from ss, with the process that holds them where it tells", () => {
    expect(parseListeners(ss)).toEqual([
      { port: 5000, process: "airtunes", pid: 812 },
      { port: 30100, process: "node", pid: 99 },
      { port: 8080, process: undefined, pid: undefined },
      { port: 6443, process: undefined, pid: undefined },
    ]);
  });

  it("conflict where the cluster needs them, each told with its purpose and its holder", () => {
    expect(portConflicts(parseListeners(ss))).toEqual([
      "port 5000 (registry) is held by airtunes (process 812)",
      "port 6443 (api server) is held by an unknown process",
      "port 30100 (NodePort) is held by node (process 99)",
    ]);
  });

  it("do not conflict where the cluster does not need them", () => {
    expect(portConflicts([{ port: 8080, process: "nginx", pid: 1 }])).toEqual([]);
  });
});
