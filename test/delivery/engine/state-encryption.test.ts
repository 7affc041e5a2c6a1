import { describe, expect, it } from "vitest";
import { keptEncryption, stateEncryption } from "../../../delivery/engine/state-encryption.ts";
import { issuesOf } from "../../model/stack-fixtures.ts";

const given = { PULUMI_CONFIG_PASSPHRASE_FILE: "/run/passphrase" };

describe("what encrypts a stack's secrets", () => {
  it.each([
    ["awskms://alias/fleet?region=eu-central-1"],
    ["azurekeyvault://fleet.vault.azure.net/keys/state"],
    ["gcpkms://projects/p/locations/global/keyRings/r/cryptoKeys/k"],
    ["hashivault://fleet"],
  ])("is the key service that the stack file names: %s", (secretsProvider) => {
    const value = { kind: "keyService", secretsProvider };
    expect(stateEncryption({ secretsprovider: secretsProvider }, false, {})).toEqual({ ok: true, value });
    expect(stateEncryption({ secretsprovider: secretsProvider }, true, given)).toEqual({ ok: true, value });
  });

  it.each([[{}], [{ secretsprovider: "passphrase" }], [{ secretsprovider: "default" }]])(
    "is the user's passphrase where there is one: %j",
    (stackFile) => {
      for (const local of [true, false]) {
        expect(stateEncryption(stackFile, local, given)).toEqual({ ok: true, value: { kind: "passphrase" } });
      }
    },
  );

  it("is a passphrase of this machine's for the local cluster alone", () => {
    expect(stateEncryption({}, true, {})).toEqual({ ok: true, value: { kind: "localPassphrase" } });
    expect(issuesOf(stateEncryption({}, false, {}))).toMatchObject([
      { path: "secretsprovider", problem: expect.stringContaining("only the local cluster has a default") as string },
    ]);
  });

  it("is never an empty passphrase", () => {
    const empty = { PULUMI_CONFIG_PASSPHRASE: "", PULUMI_CONFIG_PASSPHRASE_FILE: "" };
    expect(issuesOf(stateEncryption({}, false, empty))).toHaveLength(1);
    expect(stateEncryption({}, true, empty)).toEqual({ ok: true, value: { kind: "localPassphrase" } });
  });

  it.each([["rot13://key"], ["awskms"], ["awskms://"], [7]])("is not %j", (secretsprovider) => {
    expect(issuesOf(stateEncryption({ secretsprovider }, true, given))).toMatchObject([{ value: secretsprovider }]);
  });
});

describe("what the engine wrote into the copy before", () => {
  it("is kept: the salt of a passphrase, the data key of a key service", () => {
    expect(keptEncryption({ encryptionsalt: "v1:a", config: {} }, {})).toEqual({ encryptionsalt: "v1:a" });
    const provider = { secretsprovider: "hashivault://fleet" };
    expect(keptEncryption({ ...provider, encryptedkey: "k" }, provider)).toEqual({ encryptedkey: "k" });
  });

  it("gives way to what the stack file says", () => {
    expect(keptEncryption({ encryptionsalt: "v1:a" }, { encryptionsalt: "v1:b" })).toEqual({});
  });

  it("is worth nothing to another provider", () => {
    const before = { secretsprovider: "hashivault://old", encryptedkey: "k" };
    expect(keptEncryption(before, { secretsprovider: "hashivault://new" })).toEqual({});
    expect(keptEncryption(before, {})).toEqual({});
  });
});
