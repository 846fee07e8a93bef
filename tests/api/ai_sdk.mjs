// Drives one chat with the transports of the npm package `ai`, and says as JSON what they understood.
// It reads its modules where it is run: node --input-type=module - PACKAGE URL KEY < ai_sdk.mjs
const [sdk, url, key] = process.argv.slice(2);
const { DefaultChatTransport, TextStreamChatTransport, readUIMessageStream } = await import(sdk);

const headers = { Authorization: `Bearer ${key}` };
const question = (id) => [{ id: `${id}-q`, role: "user", parts: [{ type: "text", text: "What is a token?" }] }];

function transport(Transport, path, model) {
  return new Transport({ api: url + path, headers, body: { model } });
}

function send(from, chatId, abortSignal) {
  return from.sendMessages({ chatId, messages: question(chatId), trigger: "submit-message", abortSignal });
}

async function read(stream) {
  let message;
  const errors = [];
  for await (message of readUIMessageStream({ stream, onError: (error) => errors.push(String(error)) }));
  return { message, errors };
}

const ui = (model) => transport(DefaultChatTransport, "/api/chat", model);
const said = {};

said.whole = await read(await send(ui("demo-fast"), "whole"));
said.text = await read(await send(transport(TextStreamChatTransport, "/api/chat/stream", "demo-fast"), "text"));
said.broken = await read(await send(ui("demo-cut"), "broken"));
said.refused = await send(ui("demo-rate-limited"), "refused").catch((error) => error.message);

const leaving = new AbortController();
const left = (await send(ui("demo-4kb"), "left", leaving.signal)).getReader();
await left.read();
leaving.abort();
said.resumed = await read(await ui("demo-4kb").reconnectToStream({ chatId: "left" }));
said.nothing = await ui("demo-4kb").reconnectToStream({ chatId: "left" });

const stopped = await send(ui("demo-8kb"), "stopped");
await fetch(`${url}/api/chat/stopped/stop`, { method: "POST", headers });
said.stopped = await read(stopped);

console.log(JSON.stringify(said));
process.exit();
