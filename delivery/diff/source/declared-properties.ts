import { parse } from "@babel/parser";
import type { CallExpression, Node, ObjectExpression } from "@babel/types";

/** One property of a declaration in `services/`, and the lines that it takes. */
export interface DeclaredProperty {
  /** What is declared, by its `name`: a service, a datastore, a platform. */
  readonly name: string;
  /** `service` of `defineService`, `platform` of `definePlatform`. */
  readonly definition: string;
  /** The property, or an empty string for the lines around them all. */
  readonly property: string;
  /** First and last line, counted from 1. */
  readonly first: number;
  readonly last: number;
}

const DEFINITION = /^define([A-Z]\w*)$/;

/** The properties of every `defineX({ name: … })` in a source file; none where it does not parse. */
export function declaredProperties(source: string): readonly DeclaredProperty[] {
  const { program } = parse(source, { sourceType: "module", plugins: ["typescript"], errorRecovery: true });
  return program.body.flatMap((statement) => {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type !== "VariableDeclaration") return [];
    return declaration.declarations.flatMap(({ init }) =>
      init?.type === "CallExpression" ? definitionProperties(init, statement) : [],
    );
  });
}

function definitionProperties(call: CallExpression, statement: Node): readonly DeclaredProperty[] {
  const [, definition] = (call.callee.type === "Identifier" && DEFINITION.exec(call.callee.name)) || [];
  const [declared] = call.arguments;
  if (definition === undefined || declared?.type !== "ObjectExpression") return [];
  const properties = propertiesOf(declared);
  const name = properties.find(({ key }) => key === "name")?.text;
  if (name === undefined) return [];
  const whose = { name, definition: definition.toLowerCase() };
  return [
    ...properties.map(({ key, first, last }) => ({ ...whose, property: key, first, last })),
    { ...whose, property: "", ...linesOf(statement) },
  ];
}

function propertiesOf(object: ObjectExpression) {
  return object.properties.flatMap((property) => {
    if (property.type !== "ObjectProperty" || property.key.type !== "Identifier") return [];
    const text = property.value.type === "StringLiteral" ? property.value.value : undefined;
    return [{ key: property.key.name, text, ...linesOf(property) }];
  });
}

function linesOf({ loc }: Node): { first: number; last: number } {
  return { first: loc?.start.line ?? 0, last: loc?.end.line ?? 0 };
}
