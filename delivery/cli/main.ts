import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { asCommandError } from "./failure.ts";
import { ExitCode } from "./exit-code.ts";
import { processTerminal, type Terminal } from "./terminal.ts";

type Command = (terminal: Terminal, signal: AbortSignal) => Promise<ExitCode>;

/** Runs a command to its exit code. A first Ctrl-C asks it to stop; a second one ends the process. */
async function run(json: boolean, command: Command): Promise<void> {
  const terminal = processTerminal(json);
  const interrupt = new AbortController();
  const onSignal = () => {
    if (interrupt.signal.aborted) process.exit(ExitCode.interrupted);
    terminal.note("Stopping; once more to leave at once.");
    interrupt.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    process.exitCode = await command(terminal, interrupt.signal);
  } catch (error) {
    const failure = asCommandError(error);
    if (!failure) throw error;
    if (json) terminal.result(JSON.stringify({ outcome: "error", message: failure.message }, null, 2));
    else process.stderr.write(`${failure.message}\n`);
    process.exitCode = failure.exitCode;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

const onlyOption = {
  type: "string",
  array: true,
  // One name each: the option is repeated, and takes nothing that comes after it.
  nargs: 1,
  default: [] as string[],
  description: "A service, with everything that it needs; may be repeated",
} as const;

const platformOption = { type: "string", description: "The platform; by default the stack's only one" } as const;

const imagesPositional = {
  type: "string",
  array: true,
  default: [] as string[],
  description: "registry/repository@sha256:…",
} as const;

// Each command's code is loaded when it runs: importing the engine's SDK alone takes half a second.
const cli = yargs(hideBin(process.argv))
  .scriptName("fleet")
  .usage("$0 COMMAND\n\nFour platforms of microservices as one typed Pulumi program.")
  .option("stack", {
    alias: "s",
    type: "string",
    default: "dev",
    description: "The environment: dev, staging, prod",
    global: true,
  })
  .option("json", { type: "boolean", default: false, description: "Print the result as JSON", global: true })
  .command(
    "up",
    "Bring the stack up and report its health",
    (command) => command.option("interval", intervalOption(3)).option("only", onlyOption),
    (args) => run(args.json, async (terminal, signal) => (await import("./commands/up.ts")).up(args, terminal, signal)),
  )
  .command(
    "preview",
    "Show what `up` would change",
    (command) =>
      command
        .option("only", onlyOption)
        .option("diff", { type: "boolean", default: false, description: "Show every property that differs" })
        .option("verbose", {
          alias: "v",
          type: "number",
          default: 0,
          description: "How much the engine tells on standard error of how it works, up to 9",
        })
        .option("expect-no-changes", {
          type: "boolean",
          default: false,
          description: "Exit with 2 if anything differs",
        }),
    (args) =>
      run(args.json, async (terminal, signal) =>
        (await import("./commands/preview.ts")).preview(args, terminal, signal),
      ),
  )
  .command(
    "down",
    "Destroy the stack and stop the local cluster",
    (command) =>
      command.option("keep-cluster", {
        type: "boolean",
        default: false,
        description: "Leave the local cluster running",
      }),
    (args) =>
      run(args.json, async (terminal, signal) => (await import("./commands/down.ts")).down(args, terminal, signal)),
  )
  .command(
    "health",
    "Ask every service how it is, by the health policy of seed 003",
    (command) =>
      command
        .option("interval", intervalOption(30))
        .option("timeout", { type: "number", default: 10, description: "Seconds each service has to answer" })
        .option("threshold", { type: "number", default: 3, description: "Failures in a row that decide" }),
    (args) =>
      run(args.json, async (terminal, signal) => (await import("./commands/health.ts")).health(args, terminal, signal)),
  )
  .command(
    "restore",
    "Put a PostgreSQL database back to what one of its dumps holds",
    (command) =>
      command
        .option("platform", { type: "string", demandOption: true, description: "The platform that it belongs to" })
        .option("datastore", { type: "string", default: "postgres", description: "Its name in the platform" })
        .option("backup", { type: "string", default: "latest", description: "A dump's name, or latest" })
        .option("list", { type: "boolean", default: false, description: "Only show which dumps there are" })
        .option("yes", { type: "boolean", default: false, description: "What was written since may be lost" }),
    (args) =>
      run(args.json, async (terminal, signal) =>
        (await import("./commands/restore.ts")).restore(args, terminal, signal),
      ),
  )
  .command(
    "release",
    "Release a platform: canary, migration, synthetic checks, rollout, readiness, and back again on its own",
    (command) => {
      const action = (name: "resume" | "retry" | "abort" | "status" | "history", description: string) =>
        command.command(
          name,
          description,
          (one) => one.option("platform", platformOption),
          (args) =>
            run(args.json, async (terminal, signal) =>
              (await import("./commands/release.ts"))[name](withPlatform(args), terminal, signal),
            ),
        );
      action("resume", "Go on with the latest release, after a crash or a pause");
      action("retry", "Try the latest release again from its start");
      action("abort", "Roll the latest release back, or ask the process that drives it to do so");
      action("status", "Where the latest release stands");
      action("history", "All releases that are remembered, the newest first");
      return command
        .option("platform", platformOption)
        .option("name", { type: "string", description: "Its name for people. Default: what git calls the commit" })
        .option("interval", {
          type: "number",
          default: 30,
          description: "Seconds from one look at the canary to the next (seed 003)",
        })
        .option("metrics", {
          choices: ["gateway", "none"] as const,
          default: "gateway" as const,
          description: "Whose word decides beside the services' health: the gateway's counts, or nobody's",
        })
        .option("expand-after-failure", {
          choices: ["keep", "revert"] as const,
          default: "keep" as const,
          description: "What becomes of applied expand migrations when it fails",
        });
    },
    (args) =>
      run(args.json, async (terminal, signal) =>
        (await import("./commands/release.ts")).release(
          {
            ...withPlatform(args),
            interval: args.interval,
            metrics: args.metrics,
            expandAfterFailure: args.expandAfterFailure,
            ...(args.name === undefined ? {} : { name: args.name }),
          },
          terminal,
          signal,
        ),
      ),
  )
  .command(
    "rollback",
    "Roll a platform back to a verified release; its schema stays",
    (command) =>
      command
        .option("platform", platformOption)
        .option("to", { type: "string", description: "A verified release's id or version; by default the last before" })
        .option("accept-schema", {
          type: "boolean",
          default: false,
          description: "Says that it runs on the schema as it is now",
        }),
    (args) =>
      run(args.json, async (terminal, signal) =>
        (await import("./commands/rollback.ts")).rollback(
          {
            ...withPlatform(args),
            acceptSchema: args.acceptSchema,
            ...(args.to === undefined ? {} : { to: args.to }),
          },
          terminal,
          signal,
        ),
      ),
  )
  .command(
    "render",
    "Print the stack's Kubernetes objects as YAML: no cluster, no engine, no secret",
    (command) =>
      command
        .option("only", onlyOption)
        .option("out", { type: "string", description: "Write one file an object into this folder instead" })
        .option("check", {
          type: "boolean",
          description:
            "Judge them by the rules and by Kubernetes' schemas instead; exit with 1 if a mandatory one is broken",
        })
        .conflicts("check", "out"),
    ({ out, check = false, ...args }) =>
      run(args.json, async (terminal) =>
        (await import("./commands/render.ts")).render(
          { ...args, check, ...(out === undefined ? {} : { out }) },
          terminal,
        ),
      ),
  )
  .command(
    "audit",
    "Judge what stands in the stack's namespaces of the live cluster, whoever put it there, by the rules",
    {},
    (args) =>
      run(Boolean(args["json"]), async (terminal) =>
        (await import("./commands/audit.ts")).audit(
          { stack: String(args["stack"]), json: Boolean(args["json"]) },
          terminal,
        ),
      ),
  )
  .command(
    "diff",
    "Show what this branch changes in every stack, for whom, and which rules it breaks",
    (command) =>
      command
        .option("base", {
          type: "string",
          default: "main",
          description: "Branch, tag or commit; compared with is where this branch left it",
        })
        .option("format", {
          choices: ["text", "markdown"] as const,
          default: "text" as const,
          description: "For a terminal, or for a comment on a pull request; --json for plain data",
        })
        .option("out", { type: "string", description: "Write every form and the manifests' difference here as well" }),
    (args) =>
      run(args.json, async (terminal, signal) =>
        (await import("./commands/diff.ts")).diff(
          {
            base: args.base,
            json: args.json,
            format: args.format,
            ...(args.out === undefined ? {} : { out: args.out }),
          },
          terminal,
          signal,
        ),
      ),
  )
  .command("snapshot", "Print what `fleet diff` compares, of every stack, as JSON", {}, (args) =>
    run(Boolean(args["json"]), async (terminal) => (await import("./commands/snapshot.ts")).snapshot(terminal)),
  )
  .command(
    "generate",
    "Write everything generated: configuration reference, JSON schema, inventory, golden stacks",
    (command) =>
      command.option("check", {
        type: "boolean",
        default: false,
        description: "Write nothing; exit with 2 if any file is out of date",
      }),
    (args) => run(args.json, async (terminal) => (await import("./commands/generate.ts")).generate(args, terminal)),
  )
  .command(
    "access",
    "Print what a cluster's administrator applies: namespaces, and roles for deployers and readers",
    {},
    (args) =>
      run(Boolean(args["json"]), async (terminal) =>
        (await import("./commands/access.ts")).access(
          { stack: String(args["stack"]), json: Boolean(args["json"]) },
          terminal,
        ),
      ),
  )
  .command(
    "drift",
    "Tell what in the cluster is no longer as the engine left it; exits with 2 if anything",
    {},
    (args) =>
      run(Boolean(args["json"]), async (terminal) =>
        (await import("./commands/drift.ts")).drift(
          { stack: String(args["stack"]), json: Boolean(args["json"]) },
          terminal,
        ),
      ),
  )
  .command(
    "graph",
    "Print the link graph: who needs whom",
    (command) =>
      command.option("only", onlyOption).option("format", {
        choices: ["mermaid", "dot"] as const,
        default: "mermaid" as const,
        description: "The language; --json for plain data",
      }),
    (args) => run(args.json, async (terminal) => (await import("./commands/graph.ts")).graph(args, terminal)),
  )
  .command(
    "release-notes",
    "Tell what has changed since a release, platform by platform",
    (command) =>
      command
        .option("since", { type: "string", description: "A tag or commit; by default the last tag" })
        .option("out", { type: "string", description: "Write it into this file instead" }),
    (args) =>
      run(args.json, async (terminal) =>
        (await import("./commands/release-notes.ts")).writeReleaseNotes(
          {
            json: args.json,
            ...(args.since === undefined ? {} : { since: args.since }),
            ...(args.out === undefined ? {} : { out: args.out }),
          },
          terminal,
        ),
      ),
  )
  .command(
    "inventory",
    "Write SERVICE_INVENTORY.md from the catalogue",
    (command) =>
      command.option("check", {
        type: "boolean",
        default: false,
        description: "Write nothing; exit with 2 if the file is out of date",
      }),
    (args) => run(args.json, async (terminal) => (await import("./commands/inventory.ts")).inventory(args, terminal)),
  )
  .command(
    "sbom [images..]",
    "Write bills of materials in CycloneDX: this program, the Go programs, every deployed image",
    (command) =>
      command
        .positional("images", imagesPositional)
        .option("out", { type: "string", demandOption: true, description: "Folder for one file each" }),
    (args) => run(args.json, async (terminal) => (await import("./commands/sbom.ts")).sbom(args, terminal)),
  )
  .command("images", "The images of a stack: pin, sign, verify", (command) =>
    command
      .command(
        "sign [images..]",
        "Sign images by their digest; by default all that the stack has deployed",
        (sign) =>
          sign.positional("images", imagesPositional).option("key", {
            type: "string",
            demandOption: true,
            description: "File with an ECDSA P-256 private key; COSIGN_PASSWORD opens an encrypted one",
          }),
        (args) => run(args.json, async (terminal) => (await import("./commands/images.ts")).sign(args, terminal)),
      )
      .command(
        "verify [images..]",
        "Check digests and signatures, as `up` does; by default of all that the stack pins",
        (verify) => verify.positional("images", imagesPositional),
        (args) => run(args.json, async (terminal) => (await import("./commands/images.ts")).verify(args, terminal)),
      )
      .command(
        "pin",
        "Write the digests of what another stack runs into this stack's file",
        (pin) =>
          pin
            .option("from", { type: "string", demandOption: true, description: "The stack that has proven them" })
            .option("check", {
              type: "boolean",
              default: false,
              description: "Write nothing; exit with 2 if anything would change",
            }),
        (args) => run(args.json, async (terminal) => (await import("./commands/pin-images.ts")).pin(args, terminal)),
      )
      .demandCommand(1, "Which action? See fleet images --help."),
  )
  .command("secrets", "The stack's secrets: list, set, rotate; never their values", (command) => {
    const about = (one: typeof command) =>
      one.positional("name", { type: "string", demandOption: true, description: "PLATFORM.NAME, as `list` says it" });
    return command
      .command("list", "Where each comes from and who reads it", {}, (args) =>
        run(Boolean(args["json"]), async (terminal) =>
          (await import("./commands/secrets.ts")).list(
            { stack: String(args["stack"]), json: Boolean(args["json"]) },
            terminal,
          ),
        ),
      )
      .command("set <name>", "Encrypt a value from stdin into the stack file", about, (args) =>
        run(args.json, async (terminal, signal) => (await import("./commands/secrets.ts")).set(args, terminal, signal)),
      )
      .command("rotate <name>", "A new value: dependants roll, the old one is valid until they have", about, (args) =>
        run(args.json, async (terminal, signal) =>
          (await import("./commands/secrets.ts")).rotate(args, terminal, signal),
        ),
      )
      .demandCommand(1, "Which action? See fleet secrets --help.");
  })
  .command("cluster", "The local cluster: start, stop, status, reset, logs", (command) => {
    const action = (name: "start" | "stop" | "status" | "reset", description: string) =>
      command.command(name, description, {}, (args) =>
        run(Boolean(args["json"]), async (terminal) =>
          (await import("./commands/cluster.ts"))[name]({ json: Boolean(args["json"]) }, terminal),
        ),
      );
    action("start", "Start it, or mend what is not running");
    action("stop", "Stop it and leave nothing running; its data stays for the next start");
    action("status", "Each process, its memory, and whether the cluster is ready");
    action("reset", "Stop it and delete all its data");
    return command
      .command(
        "logs [process]",
        "The last lines of one process, or of all",
        (logs) =>
          logs
            .positional("process", { type: "string", description: "kubelet, etcd, kube-apiserver, …" })
            .option("lines", { alias: "n", type: "number", default: 50, description: "How many" }),
        (args) =>
          run(args.json, async (terminal) =>
            (await import("./commands/cluster.ts")).logs(
              { json: args.json, lines: args.lines, ...(args.process === undefined ? {} : { process: args.process }) },
              terminal,
            ),
          ),
      )
      .demandCommand(1, "Which action? See fleet cluster --help.");
  })
  .completion("completion", "Print a completion script for bash or zsh")
  .demandCommand(1, "Which command? See fleet --help.")
  .strictCommands()
  .strict()
  .wrap(100)
  .epilogue(
    "Exit codes: 0 done and healthy, 1 failed, 2 changes found, 3 invalid input, 4 unhealthy, 5 machine, 6 a person has to decide, 130 interrupted.",
  )
  .fail((message: string, error: Error | undefined) => {
    if (error) throw error;
    process.stderr.write(`${message}\n`);
    process.exit(ExitCode.invalid);
  });

function withPlatform({ stack, json, platform }: { stack: string; json: boolean; platform: string | undefined }) {
  return { stack, json, ...(platform === undefined ? {} : { platform }) };
}

function intervalOption(seconds: number) {
  return {
    type: "number",
    default: seconds,
    description: "Seconds from one probe of a failing service to the next",
  } as const;
}

await cli.parseAsync();
