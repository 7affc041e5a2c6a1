import { readFileSync, writeFileSync } from "node:fs";
import Table from "cli-table3";
import { createColors } from "picocolors";
import { generationOf } from "../../../model/resolve/login.ts";
import type { SecretSettings } from "../../../model/settings/schema.ts";
import { configuredSecret, configureSecret } from "../../engine/configure-secret.ts";
import { findSecret, findSecrets, overlapping, settled, type FoundSecret } from "../../secrets/rotation.ts";
import { waitForReaders } from "../../secrets/wait-for-readers.ts";
import { setInYaml } from "../../secrets/yaml-edit.ts";
import { ExitCode } from "../exit-code.ts";
import { CommandError, invalidInput } from "../failure.ts";
import { openConfiguration, prepareCluster } from "../preparation.ts";
import { readSecret } from "../read-secret.ts";
import { loadStack, PROJECT, readStackFile } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";
import { up } from "./up.ts";

/** What the `fleet secrets` commands are asked for. */
export interface SecretsArguments {
  readonly stack: string;
  readonly json: boolean;
}

/** What those that are about one secret are asked for. */
export interface SecretArguments extends SecretsArguments {
  /** `PLATFORM.NAME`. */
  readonly name: string;
}

/** Lists every secret of a stack: where it comes from, which value it is, who reads it. Never the value. */
export function list(args: SecretsArguments, terminal: Terminal): ExitCode {
  const { resolved } = loadStack(args.stack, { assumeSecrets: true });
  const secrets = findSecrets(resolved).map(described);
  if (args.json) {
    terminal.result(JSON.stringify(secrets, null, 2));
    return ExitCode.ok;
  }
  const { bold } = createColors(terminal.color);
  const table = new Table({
    head: ["Secret", "From", "Read by"].map(bold),
    style: { head: [], border: [], compact: true },
  });
  for (const { secret, from, generation, rotating, store, readers } of secrets) {
    const detail = from === "random" && generation > 1 ? `, generation ${generation}` : "";
    const place = store === undefined ? "" : `: ${store}`;
    const who =
      readers.length > 3 ? `${readers.slice(0, 3).join(", ")} and ${readers.length - 3} more` : readers.join(", ");
    table.push([secret, `${from}${detail}${place}${rotating ? ", rotating" : ""}`, who]);
  }
  terminal.result(table.toString());
  return ExitCode.ok;
}

function described({ platform, name, current, readers }: FoundSecret) {
  const { source } = current;
  const store =
    source.from === "externalStore"
      ? [source.remote.key, ...(source.remote.property === undefined ? [] : [source.remote.property])].join(" ")
      : undefined;
  return {
    secret: `${platform}.${name}`,
    from: source.from,
    generation: generationOf(current),
    rotating: current.previous !== undefined,
    ...(store === undefined ? {} : { store }),
    readers: readers.map((reader) => reader.name),
  };
}

/** Encrypts a value from stdin into the stack file. Changes nothing that runs. */
export async function set(args: SecretArguments, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const { found } = secretOf(args);
  if (found.current.source.from !== "config") {
    throw new CommandError(
      `${args.name} comes from ${found.current.source.from}, not from the configuration.\n` +
        `  fix: write ${args.name}: { from: config } under its platform's secrets in Pulumi.${args.stack}.yaml first`,
      ExitCode.invalid,
    );
  }
  await configure(args, terminal, signal);
  terminal.result(args.json ? JSON.stringify({ outcome: "set", secret: args.name }, null, 2) : `${args.name} is set.`);
  return ExitCode.ok;
}

/**
 * Gives a secret a new value. A generated one gets its next generation: both values are valid while dependants roll, and
 * the one before ends when the last of them has. For one from the configuration the new value is read from stdin; how
 * long the one before stays valid is for whoever issued it to say.
 */
export async function rotate(args: SecretArguments, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const started = performance.now();
  const { found } = secretOf(args);
  switch (found.current.source.from) {
    case "externalStore":
      throw new CommandError(
        `${args.name} is kept in the external store: change it there; the operator brings it to the cluster.`,
        ExitCode.invalid,
      );
    case "config": {
      await configure(args, terminal, signal);
      const code = await quietUp(args, terminal, signal);
      return code === ExitCode.ok ? finished(args, terminal, started) : code;
    }
    case "random":
      return rotateGenerated(args, found, { terminal, signal, started });
  }
}

async function rotateGenerated(
  args: SecretArguments,
  found: FoundSecret,
  { terminal, signal, started }: { terminal: Terminal; signal: AbortSignal; started: number },
): Promise<ExitCode> {
  const both = overlapping(found.current);
  if (!both) throw new Error(`${args.name} is not generated.`);
  const { path } = readStackFile(args.stack);
  const before = readFileSync(path, "utf8");
  writeSource(args.stack, found, both);
  // A stack that cannot have this generation says so before anything runs.
  const { found: during, resolved } = secretOf(args, () => {
    writeFileSync(path, before);
  });
  terminal.note(`… ${args.name}: generation ${both.generation ?? 1} beside the one before`);
  const rolled = await quietUp(args, terminal, signal);
  if (rolled !== ExitCode.ok) return unfinished(args, terminal, rolled);

  const { cluster } = await prepareCluster(resolved, terminal);
  terminal.note(`… Waiting for ${during.readers.length} services to let go of the value before`);
  await waitForReaders(cluster, during.readers, { signal, timeoutSeconds: READERS_TIMEOUT_SECONDS });

  writeSource(args.stack, found, settled(both));
  const retired = await quietUp(args, terminal, signal);
  return retired === ExitCode.ok ? finished(args, terminal, started, both.generation) : retired;
}

/** Longer than any service's grace period. */
const READERS_TIMEOUT_SECONDS = 300;

function unfinished(args: SecretArguments, terminal: Terminal, code: ExitCode): ExitCode {
  terminal.note(
    `! ${args.name}: both values are valid. fleet secrets rotate ${args.name} --stack ${args.stack} goes on from here.`,
  );
  return code;
}

function finished(args: SecretArguments, terminal: Terminal, started: number, generation?: number): ExitCode {
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const told = { outcome: "rotated", secret: args.name, ...(generation === undefined ? {} : { generation }), seconds };
  terminal.result(
    args.json
      ? JSON.stringify(told, null, 2)
      : `${args.name} is rotated in ${seconds} s. Pulumi.${args.stack}.yaml says so: commit it.`,
  );
  return ExitCode.ok;
}

function secretOf(args: SecretArguments, onIssues: () => void = () => undefined) {
  try {
    const { resolved } = loadStack(args.stack, { assumeSecrets: true });
    const found = findSecret(resolved, args.name);
    if (!found.ok) throw invalidInput(found.issues);
    return { resolved, found: found.value };
  } catch (error) {
    onIssues();
    throw error;
  }
}

/** Updates the stack; of its result only the failure is shown. */
async function quietUp(args: SecretArguments, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  let told = "";
  const silent: Terminal = { ...terminal, result: (text) => (told = text) };
  const code = await up({ stack: args.stack, json: args.json, interval: 3, only: [] }, silent, signal);
  if (code !== ExitCode.ok) terminal.result(told);
  return code;
}

function writeSource(stack: string, { platform, name }: FoundSecret, source: SecretSettings): void {
  editStackFile(stack, ["config", `${PROJECT}:platforms`, platform, "secrets", name], source);
}

function editStackFile(stack: string, path: readonly string[], value: unknown): void {
  const { path: file } = readStackFile(stack);
  writeFileSync(file, setInYaml(readFileSync(file, "utf8"), path, value));
}

/** Reads a value from stdin and puts its ciphertext into the stack file, with what is needed to decrypt it. */
async function configure(args: SecretArguments, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { file, resolved } = loadStack(args.stack, { assumeSecrets: true });
  const value = await readSecret(`New value of ${args.name}: `, signal);
  const stack = await openConfiguration(file, resolved, terminal);
  await configureSecret(stack, `${PROJECT}:secrets.${args.name}`, value);
  const [platform = "", name = ""] = args.name.split(".");
  const { ciphertext, encryption } = await configuredSecret(stack, [`${PROJECT}:secrets`, platform, name]);
  editStackFile(args.stack, ["config", `${PROJECT}:secrets`, platform, name], { secure: ciphertext });
  for (const [key, text] of Object.entries(encryption)) editStackFile(args.stack, [key], text);
}
