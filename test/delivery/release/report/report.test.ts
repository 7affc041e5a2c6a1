import { describe, expect, it } from "vitest";
import { inMinutes } from "../../../../delivery/release/report/duration.ts";
import { reportMarkdown } from "../../../../delivery/release/report/markdown.ts";
import { reportPage } from "../../../../delivery/release/report/page.ts";
import { reportOf, type ReleaseReport } from "../../../../delivery/release/report/report.ts";
import { weightsPicture } from "../../../../delivery/release/report/weights-picture.ts";
import { CONTRACT, release, request, worldOf, type Setting } from "../world/story.ts";

async function reported(setting: Setting = {}): Promise<ReleaseReport> {
  return reportOf(await release(await worldOf(setting), request("r2", setting.changes)));
}

describe("the report of a good release", () => {
  it("has every stage with what it took and the seed's limit", async () => {
    const report = await reported();
    expect(report).toMatchObject({ outcome: "done", previous: { id: "r1" }, limitSeconds: 1800 });
    expect(report.stages.map(({ stage, outcome, limitSeconds }) => [stage, outcome, limitSeconds])).toEqual([
      ["build", "passed", undefined],
      ["canary", "passed", 300],
      ["migration", "passed", 120],
      ["synthetics", "passed", 60],
      ["rollout", "passed", 600],
      ["readiness", "passed", undefined],
    ]);
    expect(report.stages.every(({ withinLimit }) => withinLimit)).toBe(true);
    expect(report.seconds).toBeGreaterThan(60);
  });

  it("has the weights, checks, migrations and what changed", async () => {
    const report = await reported();
    expect(report.weights.map(({ weight }) => weight)).toEqual([0, 10, 50, 100, 0]);
    expect(report.checks.map(({ name }) => name)).toEqual(["slack post", "CRM task", "Neon query", "crm"]);
    expect(report.migrations).toMatchObject([{ file: "001.do.audit.sql", effect: "expand", state: "applied" }]);
    expect(report.revisions).toMatchObject([{ service: "crm", change: "changed" }]);
    expect(report.verdict).toBe("v-r2 serves all requests: every stage has passed.");
  });
});

describe("the report of a bad release", () => {
  it("names the cause, the stage and what serves now", async () => {
    const report = await reported({ fault: "errors" });
    expect(report.verdict).toMatch(
      /^v-r2 was rolled back, v-r1 serves: .* of the canary's answers are errors.*\(in the stage canary\)\.$/,
    );
    expect(report.stages.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual([
      "build passed",
      "canary failed",
      "rollback passed",
    ]);
  });

  it("asks what a person has to decide", async () => {
    const report = await reported({ fault: "synthetics", changes: { migrations: [CONTRACT] } });
    expect(report.question).toContain("can the release before run on this schema?");
    expect(reportMarkdown(report)).toContain("**To decide:** 003.do.drop.sql (contract) has been applied");
    expect(reportPage(report)).toContain("To decide: 003.do.drop.sql");
  });

  it("says that a limit was exceeded", async () => {
    const report = await reported({ troubles: ["hangingMigration"] });
    expect(report.stages.find(({ stage }) => stage === "migration")).toMatchObject({ outcome: "failed" });
    expect(report.verdict).toContain("the stage migration took longer than 120 s");
  });
});

describe("the report's forms", () => {
  it("are one for people in Markdown, in which text cannot break a table", async () => {
    const report = await reported();
    const checks = [
      { name: "a|b", stage: "synthetics", attempt: 1, passed: false, detail: "x\ny", durationMs: 3 },
    ] as const;
    const text = reportMarkdown({ ...report, checks });
    expect(text).toContain("# sophia v-r2: released");
    expect(text).toContain("| canary | passed |");
    expect(text).toContain("| a\\|b | synthetics | **failed** | 3 ms | x y |");
  });

  it("and a page that runs nothing and loads nothing", async () => {
    const report = await reported();
    const page = reportPage({ ...report, version: '<script>alert("1")</script>' });
    expect(page).not.toContain("<script>");
    expect(page).toContain("&lt;script&gt;");
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/(src|href)=/);
  });

  it("show the weights over time as steps", async () => {
    const { weights, startedAt, endedAt } = await reported();
    const picture = weightsPicture({ weights, startedAt, endedAt });
    const points = /points="([^"]*)"/.exec(picture)?.[1]?.split(" ") ?? [];
    expect(points).toHaveLength(2 * weights.length);
    expect(points.map((point) => point.split(",")[1])).toEqual([
      "176",
      "176",
      "159.6",
      "159.6",
      "94",
      "94",
      "12",
      "12",
      "176",
      "176",
    ]);
    expect(picture).toContain("0 %, then 10 %, then 50 %, then 100 %, then 0 %");
  });

  it.each([
    [4.25, "4.3 s"],
    [60, "1 min"],
    [200.4, "3 min 20 s"],
  ])("say %d seconds as people do", (seconds, text) => {
    expect(inMinutes(seconds)).toBe(text);
  });
});
