import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFolder, type OutputFile } from "../../delivery/cli/write-folder.ts";
import type { Placeholder } from "../../model/placeholder.ts";
import { canonicalFiles } from "../../model/render/canonical.ts";
import type { Rendered } from "../../model/render/stack.ts";
import { renderStack } from "../../model/render/stack.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { explainedFindings, type ExplainedFinding } from "../../policy/explained-findings.ts";
import { resolveWhole } from "../model/stack-fixtures.ts";
import { checkov, kubeScore, type Scan, type ScannerFinding } from "./scanners.ts";

const STACKS = ["dev", "staging", "prod"] as const;

/** A folder of the scan with one object that no scanner may let pass. */
const HARMFUL = "harmful";

let folder: string;
const scans = new Map<ExplainedFinding["scanner"], Scan>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleet-scan-"));
  for (const stack of STACKS) {
    const resolved = resolveWhole(stack);
    writeFolder(join(folder, stack), manifests(renderStack(resolved), asDeployed(resolved)));
  }
  writeFolder(join(folder, HARMFUL), manifests([harmful()], String));
  const [first, second] = await Promise.all([timed("checkov", checkov), timed("kube-score", kubeScore)]);
  scans.set("checkov", first).set("kube-score", second);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function manifests(...rendered: Parameters<typeof canonicalFiles>): readonly OutputFile[] {
  return canonicalFiles(...rendered).map(({ path, yaml }) => ({ path, text: yaml }));
}

async function timed(name: string, scanner: (folder: string) => Promise<Scan>): Promise<Scan> {
  const started = performance.now();
  const scan = await scanner(folder);
  console.log(`  ${name}: ${scan.objects} objects, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return scan;
}

/** What the engine would put in a placeholder's place, in form: scanners judge image references. */
function asDeployed({ images }: ResolvedStack): (placeholder: Placeholder) => string {
  return ({ kind, key }) => {
    const hash = createHash("sha256").update(key).digest("hex");
    const image = kind === "image" ? images[key] : undefined;
    if (!image) return hash.slice(0, 16);
    if (image.kind === "pinned") return image.reference;
    return `${image.kind === "build" ? image.repository : `registry.test/${key}`}@sha256:${hash}`;
  };
}

function harmful(): Rendered {
  const containers = [{ name: "cart", image: "cart:latest", securityContext: { privileged: true, runAsUser: 0 } }];
  const labels = { app: "cart" };
  const object = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "cart", namespace: "shop" },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
  return { logicalName: "cart", component: "cart", platform: "shop", role: "stable", object };
}

const explains = (explained: ExplainedFinding, finding: ScannerFinding) =>
  explained.scanner === finding.scanner &&
  explained.check === finding.check &&
  explained.stacks.includes(finding.stack) &&
  explained.objects.test(finding.object);

describe.each(["checkov", "kube-score"] as const)("%s", (scanner) => {
  const findings = () => scans.get(scanner)?.findings ?? [];

  it("understands every object that it has checks for", () => {
    expect(scans.get(scanner)?.objects).toBeGreaterThan(500);
  });

  it.each(STACKS)("finds nothing in %s that nobody has explained", (stack) => {
    const unexplained = findings().filter(
      (finding) => finding.stack === stack && !explainedFindings.some((explained) => explains(explained, finding)),
    );
    expect(unexplained).toEqual([]);
  });

  it("finds all that is explained, in each of its stacks", () => {
    const gone = explainedFindings
      .filter((explained) => explained.scanner === scanner)
      .flatMap((explained) =>
        explained.stacks
          .filter((stack) => !findings().some((finding) => finding.stack === stack && explains(explained, finding)))
          .map((stack) => `${explained.check} in ${stack}`),
      );
    expect(gone).toEqual([]);
  });

  it("refuses a privileged container of root", () => {
    const checks = findings().filter(({ stack }) => stack === HARMFUL);
    const names = scanner === "checkov" ? ["CKV_K8S_16", "CKV_K8S_14"] : ["container-security-context-privileged"];
    expect(checks.map(({ check }) => check)).toEqual(expect.arrayContaining(names));
  });
});
