import type { TaskDeclaration } from "../declaration/task.ts";
import type { ResolvedPlatform, ResolvedStack } from "../resolve/resolved.ts";

/** One thing that runs, or stands outside, in a stack. */
export interface GraphNode {
  /** `platform/name`. */
  readonly id: string;
  readonly platform: string;
  readonly name: string;
  readonly kind: "service" | "datastore";
  /** What is worth knowing at a glance: a port, a host, its canary's share of the requests, an engine, "external". */
  readonly detail: string;
}

/** A link from a service to what it needs or uses. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly required: boolean;
}

/** The links of a stack as plain data; what `fleet graph --json` prints. */
export interface LinkGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** The link graph of a resolved stack. */
export function linkGraph(stack: ResolvedStack): LinkGraph {
  return {
    nodes: stack.platforms.flatMap(platformNodes),
    edges: stack.platforms.flatMap((platform) =>
      [...platform.services, ...platform.tasks].flatMap((service) =>
        service.links.map((link) => ({
          from: `${platform.name}/${service.name}`,
          to: `${platform.name}/${link.target}`,
          required: link.required,
        })),
      ),
    ),
  };
}

function platformNodes(platform: ResolvedPlatform): readonly GraphNode[] {
  const node = (name: string, kind: GraphNode["kind"], detail: string): GraphNode => ({
    id: `${platform.name}/${name}`,
    platform: platform.name,
    name,
    kind,
    detail,
  });
  return [
    ...platform.services.map((service) => {
      const { exposure, specification } = service;
      const route = platform.routes.find((candidate) => candidate.service === service.name);
      const details = [
        `:${specification.port}`,
        ...(exposure.kind === "nodePort" ? [`NodePort ${exposure.nodePort}`] : []),
        ...(route?.hosts ?? []),
        ...(route?.canary ? [`canary ${route.canary.weight} %`] : []),
      ];
      return node(service.name, "service", details.join(", "));
    }),
    ...platform.tasks.map(({ name, declaration }) => node(name, "service", taskDetail(declaration))),
    ...platform.datastores.map((datastore) =>
      node(
        datastore.name,
        "datastore",
        `${datastore.declaration.engine}${datastore.kind === "external" ? ", external" : ""}`,
      ),
    ),
    ...platform.absent.map(({ datastore, engine }) => node(datastore, "datastore", `${engine}, absent`)),
  ];
}

function taskDetail(task: TaskDeclaration): string {
  if (task.kind === "cronJob") return `cron job, ${task.schedule}`;
  return task.kind;
}

/** The graph as a Mermaid flowchart, one subgraph a platform; optional links are dotted. */
export function mermaid(graph: LinkGraph): string {
  const id = (node: string) => node.replaceAll(/[^a-z0-9]/g, "_");
  const shape = ({ kind, name, detail, id: nodeId }: GraphNode) =>
    kind === "datastore" ? `${id(nodeId)}[("${name}<br/>${detail}")]` : `${id(nodeId)}["${name}<br/>${detail}"]`;
  return [
    "flowchart LR",
    ...groups(graph).flatMap(([platform, nodes]) => [
      `  subgraph ${id(platform)}["${platform}"]`,
      ...nodes.map((node) => `    ${shape(node)}`),
      "  end",
    ]),
    ...graph.edges.map(({ from, to, required }) => `  ${id(from)} ${required ? "-->" : "-.->"} ${id(to)}`),
  ].join("\n");
}

/** The graph in Graphviz' language, one cluster a platform; optional links are dashed. */
export function dot(graph: LinkGraph): string {
  return [
    "digraph fleet {",
    "  rankdir=LR; node [shape=box, style=rounded, fontname=sans-serif];",
    ...groups(graph).flatMap(([platform, nodes]) => [
      `  subgraph "cluster_${platform}" {`,
      `    label="${platform}";`,
      ...nodes.map(
        ({ id, name, detail, kind }) =>
          `    "${id}" [label="${name}\\n${detail}"${kind === "datastore" ? ", shape=cylinder" : ""}];`,
      ),
      "  }",
    ]),
    ...graph.edges.map(({ from, to, required }) => `  "${from}" -> "${to}"${required ? "" : " [style=dashed]"};`),
    "}",
  ].join("\n");
}

function groups(graph: LinkGraph): readonly (readonly [string, readonly GraphNode[]])[] {
  return [...new Set(graph.nodes.map(({ platform }) => platform))].map(
    (platform) => [platform, graph.nodes.filter((node) => node.platform === platform)] as const,
  );
}
