// nlp.js behind a pipe. First line in: {"lang", "known": [[topic, text], …]}, out: {"ready": true}.
// Then a message as a JSON string a line in, {"ranking": [[topic, score], …], "ms"} a line out.

import { createInterface } from "node:readline";
import { dockStart } from "@nlpjs/basic";
import { LangEn } from "@nlpjs/lang-en";
import { LangZh } from "@nlpjs/lang-zh";

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
console.log = () => {}; // the library reports on its own loading; standard output is ours

async function learn({ lang, known }) {
  // Its defaults throughout, but silent and without files.
  const dock = await dockStart({
    use: ["Basic"],
    settings: { nlp: { languages: [lang], autoSave: false, autoLoad: false }, "nlu-neural": { log: false } },
  });
  dock.getContainer().use(lang === "zh" ? LangZh : LangEn);
  const nlp = dock.get("nlp");
  nlp.settings.log = false;
  nlp.addLanguage(lang);
  for (const [topic, text] of known) nlp.addDocument(lang, text, topic);
  await nlp.train();
  return (text) => nlp.process(lang, text);
}

let ask = null;
for await (const line of createInterface({ input: process.stdin })) {
  if (ask === null) {
    ask = await learn(JSON.parse(line));
    say({ ready: true });
    continue;
  }
  const start = performance.now();
  const { classifications } = await ask(JSON.parse(line));
  const ms = performance.now() - start;
  // Its best guesses also where it would say None for a low score: how low is too low is the benchmark's to choose.
  const known = classifications.filter((one) => one.score > 0).slice(0, 5);
  say({ ranking: known.map((one) => [one.intent === "None" ? "none" : one.intent, one.score]), ms });
}
