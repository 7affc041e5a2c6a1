import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { digestChanges, provenImages, type DigestChange } from "../../../model/proven-images.ts";
import type { ResolvedStack } from "../../../model/resolve/resolved.ts";
import { reportedImages } from "../../engine/outputs.ts";
import { ExitCode } from "../exit-code.ts";
import { CommandError, invalidInput } from "../failure.ts";
import { openExistingStack } from "../preparation.ts";
import { imageSettings, loadStack, readStackFile, resolveWithDigests, ROOT } from "../stack-file.ts";
import { withDigests } from "../stack-file-digests.ts";
import type { Terminal } from "../terminal.ts";

/** What `fleet images pin` is asked for. */
export interface PinArguments {
  readonly stack: string;
  /** The stack whose images are taken. */
  readonly from: string;
  readonly json: boolean;
  /** Only say what would change. */
  readonly check: boolean;
}

/** Writes the digests of what one stack runs into the file of another, which then runs exactly that. */
export async function pin(args: PinArguments, terminal: Terminal): Promise<ExitCode> {
  if (args.from === args.stack) {
    throw invalidInput([
      {
        path: "--from",
        problem: "a stack cannot prove its own images",
        value: args.from,
        allowed: `another stack than ${args.stack}`,
        fix: "name the stack that has run them, such as staging",
      },
    ]);
  }
  const { file } = loadStack(args.stack, { assumeSecrets: true });
  const { registry, digests: before = {} } = imageSettings(file);
  const { digests: proven, elsewhere } = provenImages(await imagesOf(args.from, terminal), registry);
  const resolved = resolveWithDigests(file, { ...before, ...proven });
  const after = digestsIn(resolved, { ...before, ...proven });
  const changes = digestChanges(before, after);
  const missing = Object.keys(resolved.images).filter((key) => resolved.images[key]?.kind === "unpinned");
  const foreign = Object.entries(elsewhere).filter(([key]) => missing.includes(key) || !(key in resolved.images));

  if (!args.check && changes.length > 0) {
    writeFileSync(file.path, withDigests(readFileSync(file.path, "utf8"), after));
  }
  if (args.json) {
    const result = { stack: args.stack, from: args.from, changes, missing, elsewhere: Object.fromEntries(foreign) };
    terminal.result(JSON.stringify(result, null, 2));
  } else {
    terminal.result([...report(args, file.path, changes), ...remarks(args, resolved, missing, foreign)].join("\n"));
  }
  if (missing.length > 0) return ExitCode.failed;
  return args.check && changes.length > 0 ? ExitCode.changes : ExitCode.ok;
}

async function imagesOf(stack: string, terminal: Terminal): Promise<Readonly<Record<string, string>>> {
  const opened = await openExistingStack(readStackFile(stack), terminal);
  const images = opened ? await reportedImages(opened) : {};
  if (Object.keys(images).length > 0) return images;
  throw new CommandError(
    [
      `The stack ${stack} has proven nothing: its state knows of no update that ended well.`,
      `  fix: npx fleet up --stack ${stack}, from this machine or with the same back end (PULUMI_BACKEND_URL)`,
    ].join("\n"),
    ExitCode.invalid,
  );
}

/** Those of the digests that the stack makes use of. */
function digestsIn(resolved: ResolvedStack, digests: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(digests).filter(([key]) => resolved.images[key]?.kind === "pinned"));
}

// As git shortens a commit: enough to tell two digests apart by eye.
const SHOWN = "sha256:".length + 12;

function report(args: PinArguments, path: string, changes: readonly DigestChange[]): string[] {
  const name = relative(ROOT, path);
  if (changes.length === 0) return [`${name} pins what ${args.from} runs already.`];
  const width = Math.max(...changes.map(({ image }) => image.length));
  return [
    `${name} ${args.check ? "would pin" : "pins"} what ${args.from} runs:`,
    ...changes.map(({ image, before = "none", after = "none" }) => {
      const [old, now] = [before, after].map((digest) => digest.slice(0, SHOWN));
      return `  ${image.padEnd(width)}  ${old ?? ""} → ${now ?? ""}`;
    }),
  ];
}

function remarks(
  { stack, from }: PinArguments,
  resolved: ResolvedStack,
  missing: readonly string[],
  foreign: readonly (readonly [string, string])[],
): string[] {
  const services = resolved.platforms.flatMap((platform) => platform.services);
  const standIns = services.filter(({ reference }) => reference).length;
  return [
    ...(standIns === 0 ? [] : [`  The reference workload stands in for ${standIns} of ${services.length} services.`]),
    ...foreign.map(
      ([key, reference]) =>
        `  ! ${from} runs ${key} from elsewhere, as ${reference}: ${stack} has to pin it where it is used.`,
    ),
    ...missing.map((key) => `  ! ${from} does not run ${key}: ${stack} cannot come up before its digest is named.`),
  ];
}
