import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { entryOf, recordIn } from "../../../../delivery/release/journal/entry.ts";
import { journalIn } from "../../../../delivery/release/journal/journal.ts";
import { localJournal, withLocalCopy } from "../../../../delivery/release/journal/local-copy.ts";
import { JournalConflictError, type JournalRecord } from "../../../../delivery/release/ports.ts";
import { start } from "../../../../delivery/release/reduce.ts";
import type { ReleaseState, Status } from "../../../../delivery/release/state.ts";
import { resumeRelease, startRelease } from "../../../../delivery/release/release.ts";
import { Process } from "../world/process.ts";
import { request } from "../world/story.ts";
import { World } from "../world/world.ts";
import { DocumentMemory } from "./document-memory.ts";

const stateOf = (id: string, status: Status = { kind: "done" }): ReleaseState => ({
  ...start(request(id), 1_000).state,
  status,
});
const record = (sequence: number, id: string, holder = "alice", status?: Status): JournalRecord => ({
  sequence,
  holder,
  state: stateOf(id, status),
});
const failure = { stage: "canary", trigger: "check", reason: "bad", dossiers: [] } as const;

describe("the journal in the cluster", () => {
  it("gives back what was written last", async () => {
    const journal = journalIn(new DocumentMemory());
    expect(await journal.latest("sophia")).toBeUndefined();
    await journal.write("sophia", record(1, "r1"));
    await journal.write("sophia", record(2, "r1"));
    expect(await journal.latest("sophia")).toEqual(record(2, "r1"));
  });

  it("says in words where a release stands, for whoever looks with kubectl", async () => {
    const memory = new DocumentMemory();
    await journalIn(memory).write("sophia", record(1, "r1", "alice", { kind: "running", stage: "canary" }));
    expect(memory.documents.get("sophia/release-sophia-latest")?.text).toEqual({
      release: "r1",
      version: "v-r1",
      status: "running canary",
      sequence: "1",
      holder: "alice",
      at: "1970-01-01T00:00:01.000Z",
    });
  });

  it("refuses a process that others have overtaken, and names them", async () => {
    const journal = journalIn(new DocumentMemory());
    await journal.write("sophia", record(1, "r1", "alice"));
    await journal.write("sophia", record(2, "r1", "bob"));
    const late = journal.write("sophia", record(2, "r1", "alice"));
    await expect(late).rejects.toThrow(JournalConflictError);
    await expect(journal.write("sophia", record(2, "r1", "alice"))).rejects.toThrow("bob has written release r1");
  });

  it("takes a write that it already has for the same one: its answer was lost", async () => {
    const memory = new DocumentMemory();
    const journal = journalIn(memory);
    memory.afterWrite = () => {
      memory.afterWrite = () => undefined;
      throw new Error("timeout");
    };
    await expect(journal.write("sophia", record(1, "r1"))).rejects.toThrow("timeout");
    await journal.write("sophia", record(1, "r1"));
    expect((await journal.latest("sophia"))?.sequence).toBe(1);
  });

  it("remembers each release as it ended, the newest first", async () => {
    const journal = journalIn(new DocumentMemory());
    await journal.write("sophia", record(1, "r1"));
    await journal.write("sophia", record(2, "r2", "alice", { kind: "running", stage: "canary" }));
    await journal.write("sophia", record(3, "r2", "alice", { kind: "rolledBack", failure }));
    await journal.write("sophia", record(4, "r3", "alice", { kind: "running", stage: "build" }));
    const history = await journal.history("sophia");
    expect(history.map(({ plan, status }) => `${plan.id} ${status.kind}`)).toEqual([
      "r3 running",
      "r2 rolledBack",
      "r1 done",
    ]);
    expect(await journal.history("bizosaas")).toEqual([]);
  });

  it("forgets the oldest, and never the last verified one", async () => {
    const journal = journalIn(new DocumentMemory(), 2);
    await journal.write("sophia", record(1, "r1"));
    for (let sequence = 2; sequence <= 6; sequence += 1) {
      await journal.write("sophia", record(sequence, `r${sequence}`, "alice", { kind: "rolledBack", failure }));
    }
    expect((await journal.history("sophia")).map(({ plan }) => plan.id)).toEqual(["r6", "r5", "r4", "r1"]);
  });

  it("hands a request to abort to the attempt that it was meant for", async () => {
    const journal = journalIn(new DocumentMemory());
    await journal.requestAbort("sophia", { release: "r1", attempt: 1 }, "bob");
    expect(await journal.abortRequestedBy("sophia", { release: "r1", attempt: 1 })).toBe("bob");
    expect(await journal.abortRequestedBy("sophia", { release: "r1", attempt: 2 })).toBeUndefined();
    await journal.requestAbort("sophia", { release: "r1", attempt: 2 }, "carol");
    expect(await journal.abortRequestedBy("sophia", { release: "r1", attempt: 2 })).toBe("carol");
  });

  it("carries a release through a kill", async () => {
    const world = new World();
    const journal = journalIn(new DocumentMemory());
    const first = new Process(world, "first", 40);
    const begun = startRelease(request("r1"), { ports: { ...first.ports, journal }, holder: "first" });
    expect(await world.time.until(Promise.race([first.killed, begun]))).toBe("killed");
    const second = new Process(world, "second");
    const options = { ports: { ...second.ports, journal }, holder: "second" };
    const state = await world.time.until(resumeRelease("sophia", options));
    expect(state.status.kind).toBe("done");
    expect(world.violations).toEqual([]);
  });
});

describe("an entry of the journal", () => {
  const lines = Array.from({ length: 20 }, (_, index) => `${index} ${Math.sin(index)} ${"log ".repeat(10)}`);
  const dossier = {
    schemaVersion: 1,
    kind: "crashLoop",
    certainty: "fatal",
    service: "crm",
    namespace: "sophia",
    workload: "Deployment/crm",
    object: "Pod/crm-x",
    summary: "crm: ends by itself",
    detail: "",
    since: "2026-11-21T10:00:00.000Z",
    logs: { pod: "crm-x", container: "crm", previous: true, lines },
    events: [],
    dependents: [],
    commands: [],
    gaps: [],
  } as const;
  const long = record(1, "r1", "alice", { kind: "failed", failure: { ...failure, dossiers: [dossier] } });

  it("keeps the last log lines where there is room", () => {
    expect(recordIn(entryOf(long))).toEqual(long);
  });

  it("loses what only explains it where there is none", () => {
    const { bytes, text } = entryOf(long, 1_000);
    const kept = recordIn({ text, ...(bytes ? { bytes } : {}) });
    expect(kept.state.plan).toEqual(long.state.plan);
    expect(kept.state.status).toMatchObject({ failure: { dossiers: [{ service: "crm", events: [] }] } });
    expect(JSON.stringify(kept)).not.toContain("log log");
  });

  it("is refused when another version of fleet wrote it", () => {
    expect(() => recordIn({ text: {}, bytes: Buffer.from("?") })).toThrow("another version of fleet");
  });
});

describe("the local copy of the journal", () => {
  it("has a line for every transition", async () => {
    const folder = await mkdtemp(join(tmpdir(), "journal-"));
    const journal = withLocalCopy(journalIn(new DocumentMemory()), folder);
    await journal.write("sophia", record(1, "r1"));
    await journal.write("sophia", record(2, "r1"));
    const lines = (await readFile(localJournal(folder, "sophia", "r1"), "utf8")).trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as JournalRecord).sequence)).toEqual([1, 2]);
  });

  it("stops nothing when it cannot be written", async () => {
    const problems: string[] = [];
    const journal = withLocalCopy(journalIn(new DocumentMemory()), import.meta.filename, (problem) =>
      problems.push(problem),
    );
    await journal.write("sophia", record(1, "r1"));
    expect((await journal.latest("sophia"))?.sequence).toBe(1);
    expect(problems).toHaveLength(1);
  });
});
