import { expect, it } from "vitest";
import { librariesToCopy } from "../../../toolchain/images/node.ts";

it("a Node image brings the libraries that its base lacks, never a second C or C++ runtime", () => {
  const ldd = `	linux-vdso.so.1 (0x00007f)
	libnode.so.108 => /lib/x86_64-linux-gnu/libnode.so.108 (0x00007f)
	libstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007f)
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)
	libcares.so.2 => /lib/x86_64-linux-gnu/libcares.so.2 (0x00007f)
	/lib64/ld-linux-x86-64.so.2 (0x00007f)
`;
  expect(librariesToCopy(ldd)).toEqual(["/lib/x86_64-linux-gnu/libnode.so.108", "/lib/x86_64-linux-gnu/libcares.so.2"]);
});
