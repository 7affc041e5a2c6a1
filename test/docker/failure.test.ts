import { describe, expect, it } from "vitest";
import { describeFailure, passwordsIn } from "../../docker/reference-workload/src/failure.ts";

const withCode = (code: string) => Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:5432"), { code });

describe("the reason of a failed check", () => {
  it("is in plain words, also when the socket's error is wrapped", () => {
    expect(describeFailure(withCode("ECONNREFUSED"))).toBe("connection refused");
    expect(describeFailure(new TypeError("fetch failed", { cause: withCode("ENOTFOUND") }))).toBe(
      "host name not found",
    );
    expect(describeFailure(new AggregateError([withCode("ECONNREFUSED")]))).toBe("connection refused");
  });

  it("is the first line of what it does not know", () => {
    expect(describeFailure(new Error("the database system is starting up\nat x"))).toBe(
      "the database system is starting up",
    );
    expect(describeFailure(new Error(""))).toBe("unknown error");
  });

  it("never shows a password, as written, decoded or inside a URL", () => {
    const secrets = passwordsIn("postgresql://app:p%40ss@db/x");
    expect(secrets).toEqual(["p%40ss", "p@ss"]);
    expect(describeFailure(new Error("bad p@ss and p%40ss"), secrets)).toBe("bad *** and ***");
    expect(describeFailure(new Error("cannot parse redis://:other@redis:6379"))).toBe(
      "cannot parse redis://***@redis:6379",
    );
  });
});
