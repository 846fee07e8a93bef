// Asks with the npm package `openai`, and says as JSON what it understood: URL KEY LIMITED_URL LIMITED_KEY.
import OpenAI from "openai";

const [url, key, limitedUrl, limitedKey] = process.argv.slice(2);
const messages = [{ role: "user", content: "What is a token?" }];
const client = (options) => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, ...options });
const openai = client();
const said = {};

const whole = await openai.chat.completions.create({ model: "demo-fast", messages }).withResponse();
said.whole = { text: whole.data.choices[0].message.content, tracking: whole.response.headers.get("x-fluxgate-tracking-id") };

said.streamed = { text: "" };
const stream_options = { include_usage: true };
const chunks = await openai.chat.completions.create({ model: "demo-fast", messages, stream: true, stream_options });
for await (const chunk of chunks) {
  said.streamed.text += chunk.choices[0]?.delta.content ?? "";
  said.streamed.usage = chunk.usage ?? undefined;
}

said.response = (await openai.responses.create({ model: "demo-fast", input: "What is a token?" })).output_text;
said.models = (await openai.models.list()).data.map(({ id }) => id);

async function refused(asking, model) {
  const error = await asking.chat.completions.create({ model, messages }).catch((error) => error);
  return [error.constructor.name, error.status, error.message];
}
said.refused = {
  key: await refused(client({ apiKey: "fg_wrong_key" }), "demo-fast"),
  model: await refused(openai, "nothing-of-ours"),
  vendor: await refused(openai, "demo-rate-limited"),
};

const hurried = client({ baseURL: `${limitedUrl}/v1`, apiKey: limitedKey, maxRetries: 0 });
await hurried.chat.completions.create({ model: "demo-fast", messages });
said.refused.limit = await refused(hurried, "demo-fast");
const patient = client({ baseURL: `${limitedUrl}/v1`, apiKey: limitedKey });
said.patient = (await patient.chat.completions.create({ model: "demo-fast", messages })).choices[0].message.content;

const leaving = new AbortController();
const left = openai.chat.completions.create({ model: "demo-80kb", messages, stream: true }, { signal: leaving.signal });
const { data, response } = await left.withResponse();
for await (const chunk of data) if (chunk.choices[0]?.delta.content) break;
leaving.abort();
said.left = response.headers.get("x-fluxgate-tracking-id");

console.log(JSON.stringify(said));
process.exit();
