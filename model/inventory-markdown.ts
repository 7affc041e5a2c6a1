import { TCP, type HealthPaths, type Resources } from "./declaration/specification.ts";
import { COMMON_VARIABLES, type PlatformEntry, type ServiceEntry, type TaskEntry } from "./inventory.ts";

/** The inventory as `SERVICE_INVENTORY.md`: one section a platform, each fact in a table. */
export function inventoryMarkdown(platforms: readonly PlatformEntry[]): string {
  const services = platforms.reduce((sum, platform) => sum + platform.services.length, 0);
  const datastores = platforms.reduce((sum, platform) => sum + platform.datastores.length, 0);
  const lines = [
    "# Service inventory",
    "",
    "Generated from `services/` by `npx fleet inventory`; edit the declarations, not this file. It shows what is declared;",
    "a stack (`Pulumi.<stack>.yaml`) may say otherwise.",
    "",
    `${platforms.length} platforms, ${services} services, ${datastores} datastores and brokers. Every service also has ${list(COMMON_VARIABLES)}.`,
    "A dependency in _italics_ is optional: the service is degraded without it, not down.",
    ...platforms.flatMap(platformSection),
  ];
  return `${lines.join("\n")}\n`;
}

function platformSection({ name, title, seeds, services, tasks, datastores }: PlatformEntry): readonly string[] {
  return [
    "",
    `## ${title}`,
    "",
    `\`services/${name}/\`, seeds ${seeds.join(", ")}.`,
    "",
    ...table(
      ["Service", "Port", "From outside", "Health", "Depends on", "CPU", "Memory", "Image", "Seeds"],
      services.map((service) => [
        `\`${service.name}\``,
        String(service.port),
        list(service.outside),
        health(service.health),
        dependencies(service),
        amounts(service.resources.cpu),
        amounts(service.resources.memory),
        service.language,
        service.seeds.join(", "),
      ]),
    ),
    "",
    ...table(
      ["Service", "Variables", "Secrets", "Documented endpoints"],
      services.map((service) => [
        `\`${service.name}\``,
        list(service.variables),
        list(service.secrets),
        list(service.endpoints),
      ]),
    ),
    ...(tasks.length === 0 ? [] : ["", ...taskTable(tasks)]),
    "",
    ...table(
      ["Datastore", "Engine", "Port", "Used by", "Seeds"],
      datastores.map((datastore) => [
        `\`${datastore.name}\``,
        datastore.engine,
        String(datastore.port),
        list(datastore.dependants),
        datastore.seeds.join(", "),
      ]),
    ),
  ];
}

function taskTable(tasks: readonly TaskEntry[]): readonly string[] {
  return table(
    ["Task", "Runs", "Depends on", "Variables", "Secrets", "CPU", "Memory", "Image", "Seeds"],
    tasks.map((task) => [
      `\`${task.name}\``,
      task.runs,
      dependencies(task),
      list(task.variables),
      list(task.secrets),
      amounts(task.resources.cpu),
      amounts(task.resources.memory),
      task.language,
      task.seeds.join(", "),
    ]),
  );
}

/** Each path once, with what asks for it where they differ. */
function health({ report, ready, live }: HealthPaths): string {
  const alive = live === TCP ? "its port (liveness)" : `\`${live}\` (liveness)`;
  return [
    `\`${report}\``,
    ...(ready === report ? [] : [`\`${ready}\` (readiness)`]),
    ...(live === report ? [] : [alive]),
  ].join(", ");
}

function dependencies({ dependencies }: Pick<ServiceEntry, "dependencies">): string {
  return dependencies.map(({ name, required }) => (required ? name : `_${name}_`)).join(", ");
}

function amounts({ request, limit }: Resources["cpu"]): string {
  return `${request} to ${limit}`;
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return ["None."];
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
