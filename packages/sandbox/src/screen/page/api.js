// What the page asks of the sandbox.

/** Answers the JSON body; throws an Error with the server's own words. */
export async function get(path) {
  return read(await fetch(path));
}

export async function post(path, body) {
  return read(
    await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

/** Calls `changed` whenever something was said, and `state` with whether the connection stands. */
export function listen(changed, state) {
  const source = new EventSource("/api/live");
  source.addEventListener("changed", changed);
  source.addEventListener("open", () => state(true));
  source.addEventListener("error", () => state(false));
}

async function read(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail ?? `The sandbox answered ${response.status}.`);
  return body;
}
