import { describe, expect, it } from "vitest";
import { isSecretName, secretInText } from "../../policy/secret-text.ts";

// Put together here, so that no scanner takes this file for a leak.
const made = (prefix: string, length: number) => prefix + "Ab1".repeat(length).slice(0, length);

describe("a name", () => {
  it.each([
    "DB_PASSWORD",
    "JWT_SECRET",
    "OPENAI_API_KEY",
    "slackBotToken",
    "redis-password",
    "SALESFORCE_CLIENT_SECRET",
  ])("says that its value is secret: %s", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each(["API_KEY_OLD", "JWT_SECRET_PREVIOUS", "TOKEN_2"])("says so while a secret is rotated: %s", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each(["MAX_TOKENS", "TOKEN_TTL", "SECRET_NAME", "PASSWORD_FILE", "AWS_ACCESS_KEY_ID", "KEYBOARD", "PORT"])(
    "says nothing of the sort: %s",
    (name) => {
      expect(isSecretName(name)).toBe(false);
    },
  );
});

describe("a text", () => {
  it.each([
    ["a URL with a password", "amqp://guest:guest@broker:5672/"],
    ["a URL with a password", "redis://:hunter2@cache:6379"],
    ["a GitHub token", made("ghp_", 36)],
    ["an AWS access key", `AKIA${"ABCD1234".repeat(2)}`],
    ["a Slack token", made("xoxb-", 24)],
    ["an API key", made("sk-proj-", 32)],
    ["a Google API key", made("AIza", 35)],
    ["a JSON web token", `${made("eyJ", 20)}.${made("eyJ", 20)}.${made("", 20)}`],
    ["a value for API_KEY", 'export API_KEY="hunter2"'],
    ["a value for client_secret", '{\n  "client_secret": "hunter2"\n}'],
    ["a value for password", "password: 'hunter2'"],
  ])("that holds %s is found out: %s", (found, text) => {
    expect(secretInText(text)).toBe(found);
  });

  it.each([
    "http://identity.shop.svc.cluster.local:8001",
    "postgresql://app:$PASSWORD@db:5432/app",
    "postgresql://app:{{ password }}@db:5432/app",
    "password: ${DB_PASSWORD}",
    "password_required: true",
    "require_token: true\ntoken: null",
    '{"required":["DATABASE_URL","JWT_SECRET"]}',
    "CREATE TABLE users (\n  password_hash text NOT NULL,\n  token text\n);",
    "user@example.com",
  ])("that holds none is left alone: %s", (text) => {
    expect(secretInText(text)).toBeUndefined();
  });
});
