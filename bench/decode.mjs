// How long the pages' decoder takes for each of some pictures: `node decode.mjs FOLDER ROUNDS WIDTH HEIGHT NAME…`.
// FOLDER holds zxing and each NAME.rgba; prints {name: {texts, times in ms}}, measured in turns.

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

globalThis.ImageData ??= class ImageData {
  constructor(data, width, height) {
    Object.assign(this, { data, width, height });
  }
};

const [folder, rounds, width, height, ...names] = process.argv.slice(2);
const zxing = await import(pathToFileURL(`${folder}/zxing/es/reader/index.js`));
const wasmBinary = (await readFile(`${folder}/zxing/reader/zxing_reader.wasm`)).buffer;
await zxing.prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
const found = Object.fromEntries(names.map((name) => [name, { texts: [], times: [] }]));
const frames = new Map();
for (const name of names) {
  const data = new Uint8ClampedArray(await readFile(`${folder}/${name}.rgba`));
  frames.set(name, new ImageData(data, Number(width), Number(height)));
}
for (let round = -1; round < Number(rounds); round += 1) {
  for (const [name, frame] of frames) {
    const began = performance.now();
    const codes = await zxing.readBarcodes(frame, { formats: ["QRCode"], maxNumberOfSymbols: 4 });
    // The first round warms the machine up.
    if (round >= 0) found[name].times.push(performance.now() - began);
    found[name].texts = codes.map((code) => code.text);
  }
}
process.stdout.write(JSON.stringify(found));
