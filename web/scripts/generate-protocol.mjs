// Writes src/protocol/events.ts from docs/protocol.schema.json (which `python -m assistant.schema` prints).
// `--check` writes nothing and fails when the committed file differs.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const schemaFile = fileURLToPath(new URL("../../docs/protocol.schema.json", import.meta.url));
const outputFile = fileURLToPath(new URL("../src/protocol/events.ts", import.meta.url));

const banner = `/* eslint-disable */
// Generated from docs/protocol.schema.json by \`npm run protocol\`. Never edited by hand.`;

export async function generate() {
  const schema = JSON.parse(await readFile(schemaFile, "utf8"));
  const source = await compile(schema, "HotlineProtocol", {
    bannerComment: banner,
    additionalProperties: false,
    style: { printWidth: 110 },
  });
  // The generator notes where each type came from; the schema's own words are enough.
  const remark = / \*\n \* This interface was referenced by[^\n]*\n[^\n]*definition "[^"]*"\.\n/g;
  const lone = /\/\*\*\n \* This interface was referenced by[^\n]*\n[^\n]*definition "[^"]*"\.\n \*\/\n/g;
  return source.replace(lone, "").replace(remark, "").trimEnd() + "\n";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const generated = await generate();
  if (process.argv.includes("--check")) {
    if ((await readFile(outputFile, "utf8")) !== generated) {
      console.error("src/protocol/events.ts is not what docs/protocol.schema.json gives: npm run protocol");
      process.exitCode = 1;
    }
  } else {
    await writeFile(outputFile, generated);
  }
}
