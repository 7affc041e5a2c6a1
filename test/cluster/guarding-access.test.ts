import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DriftReport } from "../../delivery/drift/drift.ts";
import { renderStack } from "../../model/render/stack.ts";
import { clusterLayout, clusterPaths } from "../../toolchain/cluster/layout.ts";
import { onlyPlatform, resolveOwn } from "../model/stack-fixtures.ts";
import { connections, podEnds } from "../policy/connections.ts";
import { machineSlowness } from "../machine-speed.ts";
import { Clone } from "./clone.ts";
import { eventually } from "./eventually.ts";

const NAMESPACE = "bizosaas-dev";
const { bin, config, kubeconfig } = clusterPaths(clusterLayout);

let clone: Clone;

beforeAll(async () => {
  clone = await Clone.create();
  await clone.keepOnly("bizosaas");
  expect((await clone.fleet(["up"])).exitCode).toBe(0);
});

describe("network policies between real pods", () => {
  it("let exactly the connections through that the simulation of the rendered policies does", async () => {
    const stack = resolveOwn("dev");
    const { services, datastores } = onlyPlatform(stack);
    const objects = renderStack(stack).map(({ object }) => object);
    const pods = podEnds(objects);
    const podOf = (objectName: string) => {
      const found = pods.find(
        ({ name }) =>
          name.endsWith(`Set ${NAMESPACE}/${objectName}`) || name === `Deployment ${NAMESPACE}/${objectName}`,
      );
      if (!found) throw new Error(`There should be pods of ${objectName}.`);
      return found;
    };
    const targets = [
      ...services.map(({ objectName, specification: { port } }) => ({ objectName, port })),
      ...datastores.map(({ objectName, port }) => ({ objectName, port })),
    ];
    const connects = connections(objects);
    const pairs = services.flatMap((from) =>
      targets.filter((to) => to.objectName !== from.objectName).map((to) => ({ from: from.objectName, ...to })),
    );
    const allowed = pairs.filter(({ from, objectName, port }) =>
      connects({ from: podOf(from), to: podOf(objectName), port }),
    );

    const found = await Promise.all(
      services.map(async ({ objectName: from }) => {
        const others = targets.filter(({ objectName }) => objectName !== from);
        const open = await connected(
          from,
          others.map(({ objectName, port }) => `${objectName}:${port}`),
        );
        return open.map((target) => `${from} → ${target}`);
      }),
    );
    expect(found.flat().sort()).toEqual(
      allowed.map(({ from, objectName, port }) => `${from} → ${objectName}:${port}`).sort(),
    );
    expect(allowed.length).toBeGreaterThan(8);
    expect(allowed.length).toBeLessThan(pairs.length);
  });
});

describe("drift", () => {
  it("is none after an update, and one field after that was patched by hand", async () => {
    const before = await clone.json<DriftReport>(["drift"]);
    expect(before.output.drifted).toEqual([]);
    expect(before.exitCode).toBe(0);
    console.log(`  drift: ${before.seconds.toFixed(1)} s`);
    expect(before.seconds).toBeLessThan(15 * (await machineSlowness()));

    const patch = (port: string) =>
      kubectl([
        "-n",
        NAMESPACE,
        "patch",
        "configmap",
        "bizosaas-crm",
        "--type=merge",
        "-p",
        JSON.stringify({ data: { PORT: port } }),
      ]);
    const port = await kubectl(["-n", NAMESPACE, "get", "configmap", "bizosaas-crm", "-o", "jsonpath={.data.PORT}"]);
    await patch("1");
    try {
      const { output, exitCode } = await clone.json<DriftReport>(["drift"]);
      expect(output.drifted).toMatchObject([
        {
          object: `ConfigMap ${NAMESPACE}/bizosaas-crm`,
          kind: "changed",
          fields: [{ path: "data.PORT", expected: port, found: "1", by: { manager: "kubectl-patch" } }],
        },
      ]);
      expect(output.drifted[0]?.fields).toHaveLength(1);
      expect(exitCode).toBe(2);
    } finally {
      await patch(port);
    }
  });

  it("is not what an autoscaler does", async () => {
    await clone.withStackFile(
      ({ "fleet:platforms": { bizosaas } }) => {
        bizosaas.services = { crm: { autoscaling: { minReplicas: 2, maxReplicas: 3, targetCpuPercent: 70 } } };
      },
      async () => {
        expect((await clone.fleet(["up"])).exitCode).toBe(0);
        await eventually(45, async () => {
          const replicas = ["-n", NAMESPACE, "get", "deployment", "bizosaas-crm", "-o", "jsonpath={.spec.replicas}"];
          expect(await kubectl(replicas)).toBe("2");
        });
        const { output } = await clone.json<DriftReport>(["drift"]);
        expect(output.drifted).toEqual([]);
      },
    );
    expect((await clone.fleet(["up"])).exitCode).toBe(0);
  });
});

describe("a deployer with the rights that `fleet access` prints", () => {
  const namespace = "bizosaas-rights";
  const deployer = join("/tmp", "fleet-stories", "deployer.kubeconfig");
  const objects = join("/tmp", "fleet-stories", "rights");
  let granted = "";

  beforeAll(async () => {
    const user = ["kubeconfig", "user", "--client-name", "story", "--org", "fleet-dev-deployers"];
    const { stdout } = await execa(`${bin}/kubeadm`, [...user, "--config", `${config}/kubeadm.yaml`]);
    await writeFile(deployer, stdout, { mode: 0o600 });
    await clone.withStackFile(
      ({ "fleet:platforms": { bizosaas } }) => {
        bizosaas.namespace = namespace;
        // The platform beside it has the node ports.
        bizosaas["expose"] = { kind: "internal" };
      },
      async () => {
        granted = (await clone.fleet(["access"])).stdout;
        expect((await clone.fleet(["render", "--out", objects])).exitCode).toBe(0);
      },
    );
    await kubectl(["apply", "--server-side", "-f", "-"], { input: granted });
  });
  afterAll(async () => {
    await kubectl(["delete", "--ignore-not-found", "-f", "-"], { input: granted });
    await rm(deployer, { force: true });
    await rm(objects, { recursive: true, force: true });
  });

  it("may apply every object of the stack", async () => {
    const applied = await asDeployer(["apply", "--server-side", "--dry-run=server", "-R", "-f", objects]);
    expect([applied.exitCode, applied.stderr]).toEqual([0, ""]);
    expect(applied.stdout.split("\n").length).toBeGreaterThan(40);
  });

  it.each([
    ["another namespace", ["create", "configmap", "beyond", "-n", "default"]],
    ["another namespace's Secrets", ["get", "secrets", "-n", NAMESPACE]],
    ["a namespace more", ["create", "namespace", "beyond"]],
    ["the end of its own namespace", ["delete", "namespace", namespace]],
    ["a ClusterRole", ["create", "clusterrole", "beyond", "--verb=get", "--resource=pods"]],
    ["a Role", ["create", "role", "beyond", "-n", namespace, "--verb=get", "--resource=pods"]],
    ["a bare pod", ["run", "beyond", "-n", namespace, "--image=localhost:5000/fleet/beyond:1"]],
  ])("is refused %s", async (_what, command) => {
    const { exitCode, stderr } = await asDeployer(command);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/forbidden: User "story" cannot/);
  });

  it("is refused another Pod Security profile for its namespace", async () => {
    const label = ["label", "namespace", namespace, "--overwrite", "pod-security.kubernetes.io/enforce=privileged"];
    // The API server takes up a new admission policy within seconds; until then a dry run changes nothing.
    await eventually(15, async () => {
      const { stderr } = await asDeployer([...label, "--dry-run=server"]);
      expect(stderr).toContain("a deployer may not change the Pod Security labels of a namespace");
    });
    expect((await asDeployer(label)).exitCode).toBe(1);
  });

  function asDeployer(args: readonly string[]) {
    return execa(`${bin}/kubectl`, ["--kubeconfig", deployer, ...args], { reject: false });
  }
});

/** Which of these targets (`name:port`) a service's pod can open a TCP connection to. */
async function connected(service: string, targets: readonly string[]): Promise<readonly string[]> {
  const program = `
    const { connect } = require("node:net");
    const tries = ${JSON.stringify(targets)}.map((target) => new Promise((resolve) => {
      const [host, port] = target.split(":");
      const socket = connect({ host, port: Number(port), timeout: 3000 });
      const end = (open) => { socket.destroy(); resolve(open ? [target] : []); };
      socket.once("connect", () => end(true)).once("timeout", () => end(false)).once("error", () => end(false));
    }));
    Promise.all(tries).then((open) => console.log(JSON.stringify(open.flat())));`;
  return JSON.parse(
    await kubectl(["-n", NAMESPACE, "exec", `deployment/${service}`, "--", "node", "-e", program]),
  ) as readonly string[];
}

async function kubectl(args: readonly string[], options: { readonly input?: string } = {}): Promise<string> {
  return (await execa(`${bin}/kubectl`, ["--kubeconfig", kubeconfig, ...args], options)).stdout;
}
