import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { ExplainedFinding } from "../../policy/explained-findings.ts";
import { buildGoTool } from "../../toolchain/go/build.ts";
import { pinnedVersion } from "../../toolchain/go/modules.ts";
import { installPythonTool } from "../../toolchain/python/install.ts";
import type { Progress } from "../../toolchain/progress.ts";

/** What a scanner has against an object. */
export interface ScannerFinding {
  readonly scanner: ExplainedFinding["scanner"];
  readonly check: string;
  readonly stack: string;
  /** `Deployment bizosaas/bizosaas-crm`. */
  readonly object: string;
  readonly problem: string;
}

/** What a scanner has said of a folder of stacks. */
export interface Scan {
  readonly findings: readonly ScannerFinding[];
  /** How many objects it has understood. */
  readonly objects: number;
}

const progress: Progress = ({ step, status, seconds }) => {
  if (status === "done" && (seconds ?? 0) > 1) console.log(`  ${step}: ${(seconds ?? 0).toFixed(1)} s`);
};

/** Runs kube-score over each stack of a folder, since it looks at how objects fit together. */
export async function kubeScore(folder: string): Promise<Scan> {
  const version = await pinnedVersion("kube-score", "github.com/zegl/kube-score");
  const packages = ["github.com/zegl/kube-score/cmd/kube-score"];
  const directory = await buildGoTool({ module: "kube-score", packages, version }, progress);
  const scans = await Promise.all(
    (await readdir(folder)).map(async (stack) => {
      const files = await filesOf(join(folder, stack));
      // It exits with 1 where it finds something critical.
      const run = await execa(join(directory, "kube-score"), ["score", "--output-format", "json", ...files], {
        reject: false,
      });
      if (run.stdout === "") throw new Error(`kube-score failed: ${run.stderr}`);
      return kubeScoreScan(stack, JSON.parse(run.stdout) as readonly ScoredObject[]);
    }),
  );
  return {
    findings: scans.flatMap(({ findings }) => findings),
    objects: scans.reduce((sum, { objects }) => sum + objects, 0),
  };
}

interface ScoredObject {
  readonly object_name: string;
  readonly checks: readonly {
    readonly check: { readonly id: string; readonly name: string };
    readonly skipped: boolean;
    readonly grade: number;
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null;
  }[];
}

/** 10 of 10: nothing to say. */
const ALL_WELL = 10;

function kubeScoreScan(stack: string, scored: readonly ScoredObject[]): Scan {
  const findings = scored.flatMap(({ object_name: name, checks }) =>
    checks
      .filter(({ skipped, grade }) => !skipped && grade < ALL_WELL)
      .map(({ check, comments }) => ({
        scanner: "kube-score" as const,
        check: check.id,
        stack,
        object: kubeScoreObject(name),
        problem: (comments ?? []).map(({ path, summary }) => `${path} ${summary}`.trim()).join("; ") || check.name,
      })),
  );
  return { findings, objects: scored.length };
}

/** `Deployment shop/cart` of `Deployment/apps/v1/shop/cart`; the group is left out in `Service/v1/shop/cart`. */
function kubeScoreObject(name: string): string {
  const parts = name.split("/");
  return `${parts[0] ?? ""} ${parts.slice(-2).join("/")}`;
}

/** Runs checkov once over a folder of stacks: its start takes longest. It downloads nothing and tells nobody. */
export async function checkov(folder: string): Promise<Scan> {
  const python = await installPythonTool("checkov", progress);
  const { stdout, stderr } = await execa(
    python,
    [
      ...["-m", "checkov.main", "--directory", folder, "--framework", "kubernetes"],
      ...["--output", "json", "--compact", "--quiet", "--skip-download", "--soft-fail"],
    ],
    { env: { LOG_LEVEL: "ERROR" } },
  );
  const report = JSON.parse(stdout) as CheckovReport;
  if (report.summary.parsing_errors > 0) throw new Error(`checkov could not read every file: ${stderr}`);
  return {
    objects: report.summary.resource_count,
    findings: report.results.failed_checks.map(({ check_id, check_name, resource, file_path }) => {
      const [kind = "", namespace = "", ...name] = resource.split(".");
      return {
        scanner: "checkov",
        check: check_id,
        stack: file_path.split("/").at(-3) ?? "",
        object: `${kind} ${namespace}/${name.join(".")}`,
        problem: check_name,
      };
    }),
  };
}

interface CheckovReport {
  readonly summary: { readonly parsing_errors: number; readonly resource_count: number };
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      /** `Deployment.shop.cart`. */
      readonly resource: string;
      /** `/dev/shop/Deployment-cart.yaml`. */
      readonly file_path: string;
    }[];
  };
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter(({ name }) => name.endsWith(".yaml")).map((entry) => join(entry.parentPath, entry.name));
}
