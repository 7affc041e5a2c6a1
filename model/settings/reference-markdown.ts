import { code, type SettingReference } from "./reference.ts";

const INTRODUCTION = `# Configuration

<!-- Generated from model/settings/schema.ts by \`npm run generate\`; do not edit. -->

Everything a stack says stands in \`Pulumi.<stack>.yaml\`, below \`config\`, under the project's name: \`fleet:cluster\`,
\`fleet:access\`, \`fleet:images\`, \`fleet:gateway\`, \`fleet:platforms\`. It is checked strictly: an unknown key or a wrong value is told with
its path, what would be allowed and how to mend it, all at once, before anything is changed.

What a stack leaves out comes from the service's declaration in \`services/\`, that from its platform's \`defaults\`, that
from the house's standard (seed 000). A stack's own \`platforms.<platform>.defaults\` go over the declarations, and
\`platforms.<platform>.services.<service>\` over all of them. Sections are laid over each other key by key; lists and
values replace each other.

Secrets never stand here in the clear: \`pulumi config set --secret --path 'fleet:secrets.<platform>.<NAME>'\`, and
\`fleet:secrets.registry.password\` for a registry that asks for one.

An editor with the YAML language server completes and checks these files: their first line names
\`schema/stack.schema.json\`, which is generated from the same schema.
`;

/** What each section of the document is about, by the path that its settings start with; longer paths first. */
const SECTIONS: readonly (readonly [prefix: string, title: string, text: string])[] = [
  ["platforms.<platform>.services.<service>", "A service", "All of it optional."],
  ["platforms.<platform>.datastores.<datastore>", "A datastore", "Without an entry it runs in the cluster."],
  ["platforms.<platform>.secrets.<SECRET>", "The source of a secret", "Without an entry it is as declared."],
  ["platforms.<platform>", "A platform", "A stack deploys the platforms that it names; `{}` is enough."],
  ["cluster", "The cluster", "Left out, all of it: the local cluster."],
  ["access", "Access", "Whom `fleet access` grants rights to (docs/access.md)."],
  ["gateway", "The gateway", "What sends requests to platforms with a `route`, and divides them during a release."],
  ["images", "Images", "Where images go and what they are built on."],
];

const ORDER = ["cluster", "access", "images", "gateway", "platforms.<platform>"];

/** `docs/configuration.md`: every setting with its meaning, unit, default and an example. */
export function referenceMarkdown(settings: readonly SettingReference[]): string {
  const sections = [...SECTIONS].sort(([a], [b]) => position(a) - position(b));
  return [
    INTRODUCTION,
    ...sections.map(([prefix, title, text]) => {
      const own = settings.filter(({ path }) => sectionOf(path) === prefix);
      return [`## ${title}: \`fleet:${prefix}\``, "", text, "", table(own, prefix)].join("\n");
    }),
  ].join("\n");
}

function position(prefix: string): number {
  const index = ORDER.indexOf(prefix);
  return index >= 0 ? index : ORDER.length + SECTIONS.findIndex(([other]) => other === prefix);
}

function sectionOf(path: string): string | undefined {
  return SECTIONS.find(([prefix]) => path.startsWith(`${prefix}.`))?.[0];
}

function table(settings: readonly SettingReference[], prefix: string): string {
  const rows = settings.map(({ path, allowed, default: fallback, meaning, example }) =>
    [code(path.slice(prefix.length + 1)), meaning, allowed, fallback, example === undefined ? "" : code(example)].map(
      cell,
    ),
  );
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(["Setting", "Meaning", "Allowed", "Default", "Example"]),
    line(["---", "---", "---", "---", "---"]),
    ...rows.map(line),
    "",
  ].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", String.raw`\|`);
}
