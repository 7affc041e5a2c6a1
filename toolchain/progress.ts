/** One line of progress: what is being done, and how it went. */
export interface ProgressEvent {
  /** The step in a few words, stable between its events: "Building Kubernetes 1.36.3". */
  readonly step: string;
  readonly status: "started" | "done" | "note";
  /** What a reader may want to know: the version, where it was found, the last line of a long build. */
  readonly detail?: string;
  /** How long the step took, in seconds; with `done` only. */
  readonly seconds?: number;
}

/** Receives progress. The command line prints it; tests collect it. */
export type Progress = (event: ProgressEvent) => void;

/** Runs one step, reporting its start and its end with the time it took. A failure passes through unreported. */
export async function reported<T>(progress: Progress, step: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  progress({ step, status: "started" });
  const result = await work();
  progress({ step, status: "done", seconds: (performance.now() - started) / 1000 });
  return result;
}

/** A problem of the user's making or of the machine's, to be shown without a stack trace. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError";
}
