// The policy host requires this file as CommonJS, whichever way it was started; the rules are TypeScript modules.
module.exports = import("tsx/esm/api").then(({ tsImport }) => tsImport("../crossguard/serve.ts", __filename));
