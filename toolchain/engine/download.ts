import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { reported, type Progress } from "../progress.ts";
import { readSetbacks, recentSetback, rememberSetback } from "./setbacks.ts";

/** Where Pulumi keeps its installations, plugins and credentials. */
export function pulumiHome(environment: NodeJS.ProcessEnv = process.env): string {
  return environment["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
}

/** The site all official downloads come from, and how long it may take to answer, in milliseconds. */
const DOWNLOAD_SITE = "https://get.pulumi.com/install.sh";
const SITE_ANSWERS_WITHIN = 4_000;

/** How long one download may take, in milliseconds: the largest plugin has 60 MB. */
const DOWNLOAD_LIMIT = 180_000;

/** The CLI of the official npm package `pulumi`, downloaded if need be; undefined where that cannot be had. */
export async function npmPulumi(version: string, progress: Progress): Promise<string | undefined> {
  const executable = join(pulumiHome(), "versions", version, "bin", "pulumi");
  if (existsSync(executable)) return executable;
  const step = `Downloading Pulumi ${version} by its npm package`;
  const loaded = await attempted(`cli ${version}`, step, progress, async () => {
    await execa("npm", ["exec", "--yes", `--package=pulumi@${version}`, "--", "pulumi", "version"], limited);
  });
  return loaded && existsSync(executable) ? executable : undefined;
}

/** Downloads the official plugin of a provider; false where that cannot be had. */
export async function downloadPlugin(
  pulumi: string,
  provider: string,
  version: string,
  progress: Progress,
): Promise<boolean> {
  const step = `Downloading the Pulumi plugin ${provider} ${version}`;
  return attempted(`plugin ${provider} ${version}`, step, progress, async () => {
    await execa(pulumi, ["plugin", "install", "resource", provider, `v${version}`], {
      ...limited,
      env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
  });
}

const limited = { cwd: "/", timeout: DOWNLOAD_LIMIT, stdin: "ignore" } as const;

async function attempted(
  attempt: string,
  step: string,
  progress: Progress,
  work: () => Promise<void>,
): Promise<boolean> {
  if (recentSetback(await readSetbacks(), attempt, Date.now()) !== undefined) return false;
  try {
    await requireSite();
    await reported(progress, step, work);
    return true;
  } catch (error) {
    const reason = firstLine(error);
    progress({ step, status: "note", detail: `not to be had from here: ${reason}` });
    await rememberSetback(attempt, reason);
    return false;
  }
}

async function requireSite(): Promise<void> {
  const response = await fetch(DOWNLOAD_SITE, { method: "HEAD", signal: AbortSignal.timeout(SITE_ANSWERS_WITHIN) });
  if (!response.ok) throw new Error(`${DOWNLOAD_SITE} answered ${response.status}`);
}

function firstLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `${error.message}${cause}`.split("\n")[0] ?? error.message;
}
