// What a device says to the server. Every answer is `{ status, told, skew }`; status 0 is no answer, or none of ours.

const form = (pairs) => new URLSearchParams(pairs);

async function ask(path, body, more) {
  try {
    const begun = Date.now();
    const answer = await fetch(path, {
      method: "POST",
      body,
      headers: { accept: "application/json" },
      redirect: "manual",
      cache: "no-store",
      signal: AbortSignal.timeout(more?.patience ?? 30_000),
      ...more,
    });
    const ours = answer.headers.get("content-type")?.startsWith("application/json");
    const told = ours ? await answer.json() : {};
    const date = Date.parse(answer.headers.get("date") ?? "");
    // The header counts whole seconds; on its way it was for half of the time at most.
    const skew = Number.isNaN(date) ? undefined : date + 500 - (begun + Date.now()) / 2;
    // Whatever stands between us and the server is not the server.
    return { status: ours || answer.status >= 400 ? answer.status : 0, ours, told, skew };
  } catch {
    return { status: 0, told: {} };
  }
}

/** Whether the server answers, and how devices stand. Without cookies, unless `known`: looking for the line must not keep a session alive. */
export const contact = (devices, known) =>
  ask("/offline/contact", form(devices.map((id) => ["device", id])), { credentials: known ? "same-origin" : "omit", patience: 5_000 });

/** The key of a device, or of a new one. */
export const key = (device) => ask("/offline/key", form(device ? [["device", device]] : []));

/** The parts of a paragraph; what the device does not ask for comes from the server's own text, and goes back as it came. */
const PARTS = ["number", "text", "language", "basis", "translation", "source", "time", "place", "key", "favours", "why"];

/** A draft; `seen` is the version of the server's text that its author decided upon. */
export function send(device, { id, revision, content, seen }) {
  const pairs = [["device", device], ["draft", id], ["revision", revision], ["seen", seen ?? ""], ...Object.entries(content.fields)];
  for (const paragraph of content.paragraphs) for (const part of PARTS) pairs.push([`p_${part}`, paragraph[part] ?? ""]);
  return ask("/offline/drafts", form(pairs));
}
