import { join } from "node:path";
import {
  hasSecret,
  isMap,
  isSecret,
  isUnknown,
  revealed,
  type PropertyMap,
  type PropertyValue,
} from "../protocol/values.ts";

/** The account that a registry asks for. */
export interface Credentials {
  readonly address: string;
  readonly username: string;
  readonly password: string;
}

/** What to build and where to push it: the arguments of `dockerBuild.Image`, defaults filled in. */
export interface ImageInputs {
  readonly tags: readonly string[];
  readonly context: string;
  /** From the working directory, not from the context. Default: `Dockerfile` in the context. */
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, { readonly value: string; readonly secret: boolean }>>;
  readonly target?: string;
  readonly platform?: string;
  /** The network of RUN instructions. */
  readonly network?: string;
  readonly addHosts: readonly string[];
  readonly push: boolean;
  readonly registries: readonly Credentials[];
}

const KNOWN = new Set([
  "addHosts",
  "buildArgs",
  "buildOnPreview",
  "context",
  "dockerfile",
  "network",
  "platforms",
  "push",
  "registries",
  "tags",
  "target",
]);

/** The arguments of `dockerBuild.Image` that take BuildKit itself, and so the official plugin. */
export function unknownInputs(inputs: PropertyMap): readonly string[] {
  return Object.keys(inputs).filter((key) => !KNOWN.has(key) && !key.startsWith("__"));
}

/** Reads the inputs of `dockerBuild.Image`. Source: @pulumi/docker-build, `ImageArgs`. */
export function imageInputs(inputs: PropertyMap): ImageInputs {
  const context = text(mapOf(inputs["context"])["location"]) ?? ".";
  return {
    tags: texts(inputs["tags"]),
    context,
    dockerfile: text(mapOf(inputs["dockerfile"])["location"]) ?? join(context, "Dockerfile"),
    args: buildArguments(inputs["buildArgs"]),
    addHosts: texts(inputs["addHosts"]),
    push: inputs["push"] === true,
    registries: (Array.isArray(inputs["registries"]) ? inputs["registries"] : []).flatMap(
      (one) => credentials(one) ?? [],
    ),
    ...given({
      target: text(inputs["target"]),
      platform: texts(inputs["platforms"])[0],
      network: text(inputs["network"]),
    }),
  };
}

/** The credentials in a `RegistryArgs`, or none. */
export function credentials(value: PropertyValue | undefined): Credentials | undefined {
  const registry = mapOf(value);
  const [address, username, password] = [registry["address"], registry["username"], registry["password"]].map(text);
  if (address === undefined || username === undefined || password === undefined) return undefined;
  return { address, username, password };
}

/** The registry's host of a reference such as `localhost:5000/team/image:tag`; Docker Hub where none is named. */
export function registryOf(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  const isHost = rest.length > 0 && (first.includes(".") || first.includes(":") || first === "localhost");
  return isHost ? first : "docker.io";
}

/** A map that is secret as a whole makes each of its values so. */
function buildArguments(value: PropertyValue | undefined): ImageInputs["args"] {
  const isHidden = (name: string) => (isMap(value) && !isSecret(value) ? hasSecret(value[name]) : true);
  return Object.fromEntries(
    Object.entries(mapOf(value)).map(([name, item]) => [
      name,
      { value: typeof item === "string" ? item : JSON.stringify(item), secret: isHidden(name) },
    ]),
  );
}

function mapOf(value: PropertyValue | undefined): PropertyMap {
  const plain = value === undefined ? {} : revealed(value);
  return isMap(plain) ? plain : {};
}

function text(value: PropertyValue | undefined): string | undefined {
  const plain = value === undefined ? undefined : revealed(value);
  return typeof plain === "string" && plain !== "" && !isUnknown(plain) ? plain : undefined;
}

function texts(value: PropertyValue | undefined): string[] {
  return Array.isArray(value) ? value.flatMap((item) => text(item) ?? []) : [];
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function given<T extends Record<string, unknown>>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
