import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/**", "**/node_modules/**", "coverage/**"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    // Arrows point one way (docs/architecture.md): the model is plain data and knows nothing of Pulumi or the shells.
    files: ["model/**", "services/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["@pulumi/*"], message: "model/ and services/ import no Pulumi." },
            {
              regex: "^\\.\\.?/.*(components|delivery|policy|toolchain)/",
              message: "Nothing points back from the model.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["components/**", "policy/**", "delivery/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["**/toolchain/**"], message: "Only delivery/cli calls the toolchain." }] },
      ],
    },
  },
  { files: ["delivery/cli/**"], rules: { "no-restricted-imports": "off" } },
  { files: ["**/*.js"], extends: [tseslint.configs.disableTypeChecked] },
);
