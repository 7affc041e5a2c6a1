import { execa } from "execa";
import { bridge, network, ports } from "./layout.ts";

/** Chains that the cluster's processes make: kube-proxy, kubelet and kube-router (KUBE-), portmap (CNI-), and ours. */
const ownChain = /^(KUBE-|CNI-|FLEET-)/;
/** kube-router also adds rules that jump to no chain of its own; their comment tells them. */
const ownComment = /--comment "?(KUBE-ROUTER|kube-router) /;

/** The rules the cluster adds itself: pods reach the world, the world does not reach the API server. */
export const clusterRules = `*nat
:FLEET-MASQUERADE - [0:0]
-A FLEET-MASQUERADE -s ${network.pods} ! -d ${network.pods} -j MASQUERADE
-A POSTROUTING -j FLEET-MASQUERADE
COMMIT
*filter
:FLEET-INPUT - [0:0]
-A FLEET-INPUT -i lo -j RETURN
-A FLEET-INPUT -i ${bridge.name} -j RETURN
-A FLEET-INPUT -p tcp -m tcp --dport ${ports.apiServer} -j REJECT --reject-with icmp-port-unreachable
-A INPUT -j FLEET-INPUT
COMMIT
`;

/**
 * Turns the output of iptables-save into input for `iptables-restore --noflush` that removes what the cluster made:
 * its chains, and the rules elsewhere that jump to them. What was there `before` stays. Empty when there is
 * nothing to remove.
 */
export function removalRules(now: string, before: string): string {
  const earlier = new Set(
    tables(before).flatMap(({ name, chains, rules }) => [
      ...chains.map((chain) => `${name}/${chain}`),
      ...rules.map((rule) => `${name}/${rule.text}`),
    ]),
  );
  return tables(now)
    .map(({ name, chains, rules }) => {
      const own = new Set(chains.filter((chain) => ownChain.test(chain) && !earlier.has(`${name}/${chain}`)));
      const outside = rules.filter(
        (rule) =>
          !own.has(rule.chain) &&
          !earlier.has(`${name}/${rule.text}`) &&
          ((rule.target !== undefined && own.has(rule.target)) || ownComment.test(rule.text)),
      );
      if (own.size === 0 && outside.length === 0) return "";
      return [
        `*${name}`,
        // Naming a chain flushes it, so that none refers to another when they are deleted.
        ...[...own].map((chain) => `:${chain} - [0:0]`),
        ...outside.map((rule) => rule.text.replace(/^-A /, "-D ")),
        ...[...own].map((chain) => `-X ${chain}`),
        "COMMIT\n",
      ].join("\n");
    })
    .join("");
}

interface Table {
  readonly name: string;
  readonly chains: string[];
  readonly rules: { readonly chain: string; readonly target: string | undefined; readonly text: string }[];
}

function tables(save: string): Table[] {
  const found: Table[] = [];
  for (const line of save.split("\n")) {
    const table = found.at(-1);
    if (line.startsWith("*")) found.push({ name: line.slice(1), chains: [], rules: [] });
    else if (line.startsWith(":")) table?.chains.push(line.slice(1).split(" ")[0] ?? "");
    else if (line.startsWith("-A "))
      table?.rules.push({ chain: line.split(" ")[1] ?? "", target: / (?:-j|-g) (\S+)/.exec(line)?.[1], text: line });
  }
  return found;
}

/** Both families, each as iptables-save prints it. */
export interface FirewallState {
  readonly ipv4: string;
  readonly ipv6: string;
}

/** Reads the rules of both families. */
export async function readFirewall(): Promise<FirewallState> {
  const [ipv4, ipv6] = await Promise.all(
    ["iptables-save", "ip6tables-save"].map(async (tool) => (await execa(tool, { reject: false })).stdout),
  );
  return { ipv4: ipv4 ?? "", ipv6: ipv6 ?? "" };
}

/** Adds the cluster's own rules. Once only: `restoreFirewall` comes before. */
export async function addClusterRules(): Promise<void> {
  await execa("iptables-restore", ["--noflush", "--wait"], { input: clusterRules });
}

/** Removes every chain, rule and address set that the cluster made since `before`. */
export async function restoreFirewall(before: FirewallState): Promise<void> {
  const now = await readFirewall();
  for (const [tool, family] of [
    ["iptables", "ipv4"],
    ["ip6tables", "ipv6"],
  ] as const) {
    const input = removalRules(now[family], before[family]);
    if (input !== "") await execa(`${tool}-restore`, ["--noflush", "--wait"], { input });
  }
  await destroySets();
  for (const counter of counters) await execa("nfacct", ["delete", counter], { reject: false });
}

/** Named counters of kube-proxy's rules (pkg/proxy/metrics in Kubernetes). */
const counters = ["ct_state_invalid_dropped_pkts", "localhost_nps_accepted_pkts"];

/** kube-router keeps addresses in ipsets, whose names begin like its chains; they can go once no rule uses them. */
async function destroySets(): Promise<void> {
  const { stdout } = await execa("ipset", ["list", "-n"], { reject: false });
  for (const set of ownSets(stdout)) await execa("ipset", ["destroy", set], { reject: false });
}

/** The sets of `ipset list -n` that kube-router made. */
export function ownSets(names: string): string[] {
  return names.split("\n").filter((name) => /^(inet6:)?(KUBE-|TMP-|kube-router-)/.test(name));
}
