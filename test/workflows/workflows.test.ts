import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildGoTool } from "../../toolchain/go/build.ts";
import { pinnedVersion } from "../../toolchain/go/modules.ts";
import { stages } from "../stages.ts";
import { commandsOf, readWorkflows, REPOSITORY, type Workflow } from "./workflow.ts";

const workflows = readWorkflows();
const jobs = workflows.flatMap(({ file, jobs }) => Object.entries(jobs).map(([name, job]) => ({ file, name, job })));
const commands = commandsOf(workflows);

/** What jobs may do beyond reading the sources. */
const PERMITTED = ["pull-request.yml diff pull-requests: write", "release-notes.yml notes contents: write"];

/** Commands that need a cluster or a base to compare with, and the story that types them. */
const STORIES: Readonly<Record<string, { readonly file: string; readonly typed: RegExp }>> = {
  'npx fleet preview --stack "$STACK"': { file: "cluster/bizosaas.test.ts", typed: /\(\["preview"\]\)/ },
  'npx fleet up --stack "$STACK"': { file: "cluster/bizosaas.test.ts", typed: /\(\["up"\]\)/ },
  'npx fleet health --stack "$STACK"': { file: "cluster/bizosaas.test.ts", typed: /\(\["health"\]\)/ },
  'npx fleet drift --stack "$STACK"': { file: "cluster/guarding-access.test.ts", typed: /\(\["drift"\]\)/ },
  'npx fleet diff --base "$BASE" --out difference || [ $? -eq 2 ]': {
    file: "engine/diff/diff.test.ts",
    typed: /fleet\("diff", "--base", "HEAD", "--out", out\)/,
  },
};

/** What `make test` itself begins with. It is not repeated below: an installation would pull the rug from under the tests. */
const INSTALL = "make node_modules";

/** Commands that need none: they are run below. */
const OFFLINE = [
  'npx fleet render --stack "$STACK" --check',
  'npx fleet render --stack "$STACK" --out "rendered/$STACK"',
  "npx fleet generate --check",
  "npx fleet render --stack dev --out rendered/dev",
  "npx fleet render --stack staging --out rendered/staging",
  "npx fleet render --stack prod --out rendered/prod",
  "npx fleet release-notes --out release-notes.md",
];

describe("actionlint", () => {
  let actionlint: string;
  beforeAll(async () => {
    const module = "github.com/rhysd/actionlint";
    const version = await pinnedVersion("actionlint", module);
    const folder = await buildGoTool(
      { module: "actionlint", packages: [`${module}/cmd/actionlint`], version },
      ({ step, status }) => {
        if (status === "started") console.log(`  ${step}`);
      },
    );
    actionlint = join(folder, "actionlint");
  }, 600_000);
  // Neither shellcheck nor pyflakes is looked up on the machine: the same result everywhere.
  const lint = (cwd: string) => execa(actionlint, ["-shellcheck=", "-pyflakes=", "-no-color"], { cwd, reject: false });

  it("finds nothing wrong in any workflow", async () => {
    const { stdout, exitCode } = await lint(REPOSITORY);
    expect([exitCode, stdout]).toEqual([0, ""]);
  });

  it("finds what is wrong in a workflow that is", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fleet-workflows-"));
    try {
      await cp(join(REPOSITORY, ".github"), join(folder, ".github"), { recursive: true });
      await execa("git", ["init", "-q"], { cwd: folder });
      const deploy = join(folder, ".github", "workflows", "deploy.yml");
      await writeFile(deploy, (await readFile(deploy, "utf8")).replaceAll("inputs.stack", "inputs.stak"));
      const { stdout, exitCode } = await lint(folder);
      expect(exitCode).toBe(1);
      expect(stdout).toContain('property "stak" is not defined');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("the workflows", () => {
  it("pin every action by its commit, and say which version that is", () => {
    const used = workflows.flatMap(({ text }) => [...text.matchAll(/uses: (.*)$/gm)].map(([, reference]) => reference));
    expect(used.length).toBeGreaterThan(10);
    const loose = used.filter((reference) => !/^(\.\/\S+\.yml|\S+@[0-9a-f]{40} # v[\d.]+)$/.test(reference ?? ""));
    expect(loose).toEqual([]);
  });

  it("pin one commit of each action", () => {
    const pinned = new Set(workflows.flatMap(({ text }) => text.match(/\S+@[0-9a-f]{40} # v[\d.]+/g) ?? []));
    const names = [...pinned].map((reference) => reference.split("@")[0]);
    expect(names).toEqual([...new Set(names)]);
  });

  it("may do nothing but read the sources, except where a job needs one thing more", () => {
    expect(workflows.filter(({ permissions }) => JSON.stringify(permissions) !== "{}")).toEqual([]);
    const more = jobs.flatMap(({ file, name, job }) =>
      Object.entries(job.permissions ?? { none: "declared" })
        .filter(([scope, right]) => `${scope}: ${right}` !== "contents: read")
        .map(([scope, right]) => `${file} ${name} ${scope}: ${right}`),
    );
    expect(more).toEqual(PERMITTED);
  });

  it("leave no credentials of the checkout behind", () => {
    const count = (pattern: RegExp) => workflows.flatMap(({ text }) => text.match(pattern) ?? []).length;
    expect(count(/persist-credentials: false/g)).toBe(count(/actions\/checkout@/g));
  });

  it("put no expression into a command: a branch's name must not become a part of it", () => {
    expect(commands.filter((command) => command.includes("${{"))).toEqual([]);
  });

  it("release to dev, then staging, then prod, each in an environment of its own that can ask for approval", () => {
    const { dev, staging, prod } = workflowNamed("release.yml").jobs;
    expect([dev, staging, prod].map((job) => [job?.with?.["stack"], job?.needs])).toEqual([
      ["dev", "build"],
      ["staging", "dev"],
      ["prod", "staging"],
    ]);
    expect(workflowNamed("deploy.yml").jobs["deploy"]?.environment).toBe("${{ inputs.stack }}");
  });
});

describe("every command of the workflows", () => {
  const known = stages.map(([stage]) => stage);

  it("is one that `make test` runs", () => {
    const covered = [INSTALL, ...Object.keys(STORIES), ...OFFLINE];
    expect(commands.filter((command) => stagesIn(command) === undefined && !covered.includes(command))).toEqual([]);
    expect(covered.filter((command) => !commands.includes(command))).toEqual([]);
  });

  it("begins as `make test` does, by installing what the lock file says", async () => {
    expect(await readFile(join(REPOSITORY, "Makefile"), "utf8")).toMatch(/^test: node_modules /m);
  });

  it("is a part of `make test`, or all parts that exist", () => {
    const asked = commands.flatMap((command) => stagesIn(command) ?? []);
    expect(asked.filter((stage) => !known.includes(stage))).toEqual([]);
    expect(known.filter((stage) => !asked.includes(stage))).toEqual([]);
  });

  it.each(Object.entries(STORIES))(
    "that needs more than the clone is told as a story: %s",
    async (_command, { file, typed }) => {
      expect(await readFile(join(REPOSITORY, "test", file), "utf8")).toMatch(typed);
    },
  );

  describe("that needs none", () => {
    const produced = [join(REPOSITORY, "rendered"), join(REPOSITORY, "release-notes.md")];
    const clean = () => Promise.all(produced.map((path) => rm(path, { recursive: true, force: true })));
    beforeAll(clean);
    afterAll(clean);

    it.each(OFFLINE)("runs here as it is written: %s", async (command) => {
      // GitHub's own way to run a step's command.
      const { exitCode, stderr } = await execa("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", command], {
        cwd: REPOSITORY,
        env: { STACK: "prod" },
        reject: false,
      });
      expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
    });
  });
});

/** The stages of a `make test` command, or nothing for another command. */
function stagesIn(command: string): readonly string[] | undefined {
  return /^make test STAGES="([a-z ]+)"$/.exec(command)?.[1]?.split(" ");
}

function workflowNamed(file: string): Workflow {
  const found = workflows.find((workflow) => workflow.file === file);
  if (!found) throw new Error(`There should be a workflow ${file}.`);
  return found;
}
