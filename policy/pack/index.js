// The policy host requires this file as CommonJS, whichever way it was started; the rules are TypeScript modules.
module.exports = import("../../bin/compiled.js").then(({ importCompiled }) => importCompiled("crossguard"));
