import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";

const REPOSITORY = join(import.meta.dirname, "..", "..");

const STORIES = join("/tmp", "fleet-stories");
const PRINTED = join(STORIES, "printed.txt");

/** All that commands have printed since the first story began, to the terminal and as results. */
export function whatCommandsPrinted(): Promise<string> {
  return readFile(PRINTED, "utf8");
}

/** Begins anew with what commands print. */
export async function forgetWhatCommandsPrinted(): Promise<void> {
  await mkdir(STORIES, { recursive: true });
  await writeFile(PRINTED, "");
}

/** A clone of the repository as it stands, in which a story may change what a user would change. */
export class Clone {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Always at the same place, so that image builds find the same context. */
  static async create(): Promise<Clone> {
    const folder = join(STORIES, "clone");
    await rm(folder, { recursive: true, force: true });
    const { stdout } = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
      cwd: REPOSITORY,
    });
    for (const file of stdout.split("\n")) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await cp(join(REPOSITORY, file), join(folder, file)).catch(ignoreMissing);
    }
    await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
    return new Clone(folder);
  }

  /** Types a `fleet` command and waits for it to end, whatever it exits with. */
  async fleet(args: readonly string[]): Promise<CommandRun> {
    const started = performance.now();
    const { stdout, stderr, exitCode } = await this.start(args);
    return { stdout, stderr, exitCode: exitCode ?? -1, seconds: (performance.now() - started) / 1000 };
  }

  /** Starts a `fleet` command, for stories that interfere with it. */
  start(args: readonly string[]) {
    const command = [join(this.folder, "bin", "fleet.js"), ...args];
    return execa("node", command, {
      cwd: this.folder,
      reject: false,
      stdout: ["pipe", { file: PRINTED, append: true }],
      stderr: ["pipe", { file: PRINTED, append: true }],
    });
  }

  /** Types a `fleet` command with `--json` and reads what it prints. */
  async json<T>(args: readonly string[]): Promise<JsonRun<T>> {
    const { stdout, stderr, exitCode, seconds } = await this.fleet([...args, "--json"]);
    try {
      return { exitCode, seconds, output: JSON.parse(stdout) as T };
    } catch {
      throw new Error(`fleet ${args.join(" ")} printed no JSON and exited with ${exitCode}:\n${stdout}\n${stderr}`);
    }
  }

  /** Leaves one platform in the dev stack, for stories that are about that platform. */
  async keepOnly(platform: string): Promise<void> {
    const path = join(this.folder, "Pulumi.dev.yaml");
    const file = parse(await readFile(path, "utf8")) as { config: { "fleet:platforms": Record<string, unknown> } };
    const platforms = file.config["fleet:platforms"];
    file.config["fleet:platforms"] = { [platform]: platforms[platform] };
    await writeFile(path, stringify(file));
  }

  /** Changes `Pulumi.dev.yaml` as a person would, for as long as `story` runs. */
  async withStackFile<T>(change: (config: StackConfig) => void, story: () => Promise<T>): Promise<T> {
    return this.withFile(
      "Pulumi.dev.yaml",
      (text) => {
        const file = parse(text) as { config: StackConfig };
        change(file.config);
        return stringify(file);
      },
      story,
    );
  }

  /** Changes one file, for as long as `story` runs. A file that is not there counts as empty. */
  async withFile<T>(name: string, change: (text: string) => string, story: () => Promise<T>): Promise<T> {
    const path = join(this.folder, name);
    const before = await readFile(path, "utf8").catch(() => undefined);
    await writeFile(path, change(before ?? ""));
    try {
      return await story();
    } finally {
      if (before === undefined) await rm(path);
      else await writeFile(path, before);
    }
  }
}

/** How a command ended. */
export interface CommandRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly seconds: number;
}

/** How a command ended that was asked for JSON. */
export interface JsonRun<T> extends Pick<CommandRun, "exitCode" | "seconds"> {
  readonly output: T;
}

/** The part of a stack file that stories change. */
export interface StackConfig {
  "fleet:platforms": {
    bizosaas: {
      namespace: string;
      services?: Record<string, Record<string, unknown>>;
      defaults?: Record<string, unknown>;
      [key: string]: unknown;
    };
  };
  [key: string]: unknown;
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}
