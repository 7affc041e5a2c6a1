import { isPlainObject, type PlainObject } from "../../model/overlay.ts";

/** What tells one element of a Kubernetes list from the next, the first that all of them have. */
const ELEMENT_KEYS = ["name", "mountPath", "containerPort", "host", "path", "topologyKey", "secretName", "key"];

/** Lists whose order means something. */
const ORDERED = new Set(["args", "command"]);

/**
 * An object in a shape that compares by meaning: lists become maps by what names their elements, so that an element
 * added in front changes one entry and not all that follow; JSON inside a string is opened; network policies become
 * "peer: ports".
 */
export function comparable(object: PlainObject): PlainObject {
  const { kind, spec } = object;
  if (kind === "NetworkPolicy" && isPlainObject(spec)) return { ...plain(object), spec: networkPolicySpec(spec) };
  if (kind === "Secret") return object;
  return plain(object);
}

function plain(object: PlainObject): PlainObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, comparableValue(key, value)]));
}

function comparableValue(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return ORDERED.has(name) ? commandLine(value) : comparableList(value);
  if (isPlainObject(value)) return plain(value);
  return typeof value === "string" ? (openedJson(value) ?? value) : value;
}

function commandLine(words: readonly unknown[]): string {
  return words.map(String).join(" ");
}

function comparableList(list: readonly unknown[]): PlainObject {
  const elements = list.filter(isPlainObject);
  if (elements.length < list.length) {
    return Object.fromEntries(list.map((entry) => [typeof entry === "string" ? entry : JSON.stringify(entry), true]));
  }
  const key = ELEMENT_KEYS.find((candidate) => distinct(elements.map((element) => element[candidate])));
  return Object.fromEntries(
    elements.map((element) => [key === undefined ? nameByContent(element) : String(element[key]), plain(element)]),
  );
}

function distinct(values: readonly unknown[]): boolean {
  const named = values.every((value) => typeof value === "string" || typeof value === "number");
  return named && new Set(values).size === values.length;
}

// `resource.name` tells the metrics of an autoscaler apart, `configMapRef.name` the sources of an environment.
function nameByContent(element: PlainObject): string {
  const inner = Object.entries(element).find(([, value]) => isPlainObject(value) && typeof value["name"] === "string");
  return inner && isPlainObject(inner[1]) ? `${inner[0]} ${String(inner[1]["name"])}` : JSON.stringify(element);
}

function openedJson(text: string): PlainObject | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isPlainObject(parsed) ? plain(parsed) : undefined;
  } catch {
    return undefined;
  }
}

function networkPolicySpec(spec: PlainObject): PlainObject {
  const { ingress, egress, ...rest } = spec;
  return { ...plain(rest), ingress: rulesByPeer(ingress, "from"), egress: rulesByPeer(egress, "to") };
}

function rulesByPeer(rules: unknown, side: "from" | "to"): Readonly<Record<string, string>> {
  const ports = new Map<string, string[]>();
  for (const rule of Array.isArray(rules) ? rules.filter(isPlainObject) : []) {
    const peers = Array.isArray(rule[side]) ? rule[side].map(peerText) : ["anybody"];
    for (const peer of peers) ports.set(peer, [...(ports.get(peer) ?? []), portsText(rule["ports"])]);
  }
  return Object.fromEntries([...ports].map(([peer, allowed]) => [peer, allowed.sort().join(", ")]));
}

function portsText(ports: unknown): string {
  if (!Array.isArray(ports)) return "every port";
  return ports
    .filter(isPlainObject)
    .map(({ port, protocol, endPort }) => {
      const range = typeof endPort === "number" ? `${String(port)} to ${endPort}` : String(port);
      return typeof protocol === "string" && protocol !== "TCP" ? `${protocol} ${range}` : range;
    })
    .join(", ");
}

function peerText(peer: unknown): string {
  if (!isPlainObject(peer)) return JSON.stringify(peer);
  const { ipBlock, podSelector, namespaceSelector } = peer;
  if (isPlainObject(ipBlock)) {
    const { cidr, except } = ipBlock;
    return `${String(cidr)}${Array.isArray(except) ? ` except ${except.map(String).join(", ")}` : ""}`;
  }
  const pods = podSelector === undefined ? undefined : selectorText(podSelector, "app.kubernetes.io/name");
  const namespace = selectorText(namespaceSelector, "kubernetes.io/metadata.name");
  if (namespaceSelector === undefined) return pods ?? "anybody";
  return `${pods === undefined ? "" : `${pods} in `}namespace ${namespace}`;
}

// The labels that name something say all; other selectors are written out.
function selectorText(selector: unknown, naming: string): string {
  const labels = isPlainObject(selector) && isPlainObject(selector["matchLabels"]) ? selector["matchLabels"] : {};
  const { [naming]: name } = labels;
  const others = Object.keys(labels).filter((key) => key !== naming && key !== "app.kubernetes.io/part-of");
  const expressions = isPlainObject(selector) ? selector["matchExpressions"] : undefined;
  if (typeof name === "string" && others.length === 0 && expressions === undefined) return name;
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`);
  if (expressions !== undefined) pairs.push(JSON.stringify(expressions));
  return pairs.length === 0 ? "all" : pairs.join(",");
}
