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

/** What to build and where to push it: the arguments of `docker.Image`, defaults filled in. */
export interface ImageInputs {
  readonly imageName: string;
  readonly context: string;
  /** From the working directory, not from the context. Default: `Dockerfile` in the context. */
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, { readonly value: string; readonly secret: boolean }>>;
  readonly target?: string;
  readonly platform?: string;
  /** The network of RUN instructions. */
  readonly network?: string;
  readonly addHosts: readonly string[];
  readonly cacheFrom: readonly string[];
  /** The classic builder instead of BuildKit. */
  readonly classicBuilder: boolean;
  readonly registry: { readonly server?: string; readonly username?: string; readonly password?: string };
  readonly skipPush: boolean;
}

/** Reads the inputs of `docker.Image`. Source: @pulumi/docker, `ImageArgs` and `DockerBuild`. */
export function imageInputs(inputs: PropertyMap): ImageInputs {
  const build = isMap(inputs["build"]) ? inputs["build"] : {};
  const registry = isMap(inputs["registry"]) ? inputs["registry"] : {};
  const context = text(build["context"]) ?? ".";
  const cache = isMap(build["cacheFrom"]) ? build["cacheFrom"]["images"] : undefined;
  return {
    imageName: text(inputs["imageName"]) ?? "",
    context,
    dockerfile: text(build["dockerfile"]) ?? join(context, "Dockerfile"),
    args: buildArguments(build["args"]),
    addHosts: texts(build["addHosts"]),
    cacheFrom: texts(cache),
    classicBuilder: build["builderVersion"] === "BuilderV1",
    skipPush: inputs["skipPush"] === true,
    registry: given({
      server: text(registry["server"]),
      username: text(registry["username"]),
      password: text(registry["password"]),
    }),
    ...given({ target: text(build["target"]), platform: text(build["platform"]), network: text(build["network"]) }),
  };
}

/** The registry's host of a reference such as `localhost:5000/team/image:tag`; Docker Hub where none is named. */
export function registryOf(imageName: string): string {
  const [first = "", ...rest] = imageName.split("/");
  const isHost = rest.length > 0 && (first.includes(".") || first.includes(":") || first === "localhost");
  return isHost ? first : "docker.io";
}

/** A reference without its tag and digest. */
export function repositoryOf(imageName: string): string {
  const [withoutDigest = ""] = imageName.split("@");
  return withoutDigest.replace(/:[^:/]*$/, "");
}

/** A map that is secret as a whole makes each of its values so. */
function buildArguments(value: PropertyValue | undefined): ImageInputs["args"] {
  const plain = value === undefined ? {} : revealed(value);
  if (!isMap(plain)) return {};
  const isHidden = (name: string) => (isMap(value) && !isSecret(value) ? hasSecret(value[name]) : true);
  return Object.fromEntries(
    Object.entries(plain).map(([name, item]) => [
      name,
      { value: typeof item === "string" ? item : JSON.stringify(item), secret: isHidden(name) },
    ]),
  );
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
