import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { isPlainObject } from "../../model/overlay.ts";

/**
 * The credentials that `docker login` keeps for a registry, as the value of a basic Authorization header; undefined
 * where there are none. Source: Docker's config.json, with its credential helpers.
 */
export async function dockerLogin(registry: string): Promise<string | undefined> {
  const folder = process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker");
  const config = parsed(await readFile(join(folder, "config.json"), "utf8").catch(() => "{}"));
  // Docker Hub is kept under the address of its first API.
  const server = registry === "docker.io" ? "https://index.docker.io/v1/" : registry;
  const helper = section(config, "credHelpers")[server] ?? config["credsStore"];
  if (typeof helper === "string") {
    const { stdout } = await execa(`docker-credential-${helper}`, ["get"], { input: server, reject: false });
    const { Username, Secret } = parsed(stdout);
    if (typeof Username === "string" && typeof Secret === "string") return basic(`${Username}:${Secret}`);
  }
  const kept = section(config, "auths")[server];
  return isPlainObject(kept) && typeof kept["auth"] === "string" ? `Basic ${kept["auth"]}` : undefined;
}

function section(config: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  const value = config[name];
  return isPlainObject(value) ? value : {};
}

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString("base64")}`;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isPlainObject(value) ? value : {};
  } catch {
    return {};
  }
}
