// The page: what is open, what has been read, and what happens when something is pressed.
import { get, listen, post } from "./api.js";
import { createComposer } from "./composer.js";
import { channelList, messageList, threadList } from "./messages.js";
import { escapeHtml } from "./mrkdwn.js";

const element = (id) => document.getElementById(id);
const remembered = (key, otherwise) => JSON.parse(sessionStorage.getItem(key) ?? "null") ?? otherwise;
const remember = (key, value) => sessionStorage.setItem(key, JSON.stringify(value));

const workspace = await get("/api/workspace");
/** What people and channels are called, by id. */
const names = Object.fromEntries(
  [...workspace.people, ...workspace.channels].map(({ slack, id, name }) => [slack ?? id, name]),
);
let me = remembered("me", workspace.people[0].slack);
/** Per channel, the timestamp up to which it has been read. */
const read = remembered("read", {});
let channels = [];
/** The channel and thread that the address names. */
let open = { channel: null, thread: null };
/** Where "New" stands: fixed while the channel is open. */
let newSince = null;
/** What became of a pressed button, by message and block: it outlives the drawing. */
const notes = new Map();
/** What each pane shows, and how far it was scrolled. */
const panes = new Map();

const composer = createComposer(element("composer"), { commands: workspace.commands, send });
const replyComposer = createComposer(element("thread-composer"), {
  send: (text) =>
    post("/api/messages", { channel: open.channel.id, user: me, text, thread_ts: open.thread }).then(told),
});
replyComposer.setPlaceholder("Reply…");
element("scenario").textContent = `${workspace.scenario.title} (${workspace.scenario.name})`;
element("me").innerHTML = workspace.people
  .map(({ slack, name }) => `<option value="${escapeHtml(slack)}">${escapeHtml(name)}</option>`)
  .join("");
element("me").value = me;

addEventListener("hashchange", navigate);
element("me").addEventListener("change", () => {
  me = element("me").value;
  remember("me", me);
  refresh();
});
element("close-thread").addEventListener("click", () => goTo(open.channel.name));
element("fire").addEventListener("click", () => fire(workspace.scenario.name));
element("choose").addEventListener("click", () => showScenarios(element("scenarios").hidden));
element("scenarios").addEventListener("click", (event) => {
  const name = event.target.closest("[data-scenario]")?.dataset.scenario;
  if (name !== undefined) fire(name);
});
for (const pane of ["messages", "thread"]) element(pane).addEventListener("click", pressed);
addEventListener("click", (event) => {
  if (!event.target.closest(".fire")) showScenarios(false);
});
addEventListener("unhandledrejection", ({ reason }) => toast(reason.message));

await navigate();
element("fire").disabled = false;
listen(refresh, (live) => {
  element("live").textContent = live ? "live" : "reconnecting…";
  element("live").classList.toggle("down", !live);
});

/** `#commerce-oncall` or `#commerce-oncall/1766233.000100`; the busiest channel when it names none. */
async function navigate() {
  channels = (await get(`/api/channels?user=${me}`)).channels;
  const [name, thread = null] = decodeURIComponent(location.hash.slice(1)).split("/");
  const newest = [...channels].sort((a, b) => Number(b.latest.at(-1) ?? 0) - Number(a.latest.at(-1) ?? 0))[0];
  const channel = channels.find((entry) => entry.name === name) ?? newest;
  const unreadFrom = read[channel.id];
  if (channel.id !== open.channel?.id)
    newSince = Number(channel.latest.at(-1) ?? 0) > Number(unreadFrom) ? unreadFrom : null;
  open = { channel, thread };
  element("channel-name").textContent = `# ${channel.name}`;
  element("thread-channel").textContent = `# ${channel.name}`;
  element("thread-pane").hidden = thread === null;
  document.body.classList.toggle("with-thread", thread !== null);
  composer.setPlaceholder(`Message #${channel.name}, or /diagnose order-service`);
  panes.clear();
  await refresh();
}

async function refresh() {
  const { channel, thread } = open;
  const [listed, shown, inThread] = await Promise.all([
    get(`/api/channels?user=${me}`),
    get(`/api/channels/${channel.id}/messages?user=${me}`),
    thread === null ? null : get(`/api/channels/${channel.id}/threads/${thread}?user=${me}`),
  ]);
  // The reader went elsewhere while this was on its way.
  if (open.channel !== channel || open.thread !== thread) return;
  channels = listed.channels;
  const now = channels.find(({ id }) => id === channel.id)?.latest.at(-1);
  if (now !== undefined && !document.hidden) read[channel.id] = now;
  for (const { id } of channels) read[id] ??= "0";
  remember("read", read);
  const unread = Object.fromEntries(
    channels.map(({ id, latest }) => [id, latest.filter((ts) => Number(ts) > Number(read[id])).length]),
  );
  element("channels").innerHTML = channelList(channels, { open: channel.id, unread });
  fill(
    element("messages"),
    messageList(shown.messages, { names, me, lastRead: newSince, omitted: shown.omitted }) || welcome(),
  );
  if (inThread) fill(element("thread"), threadList(inThread.messages, { names, omitted: inThread.omitted }));
}

/** New content. Who has not scrolled away is shown the newest message from where it begins: the answer comes first. */
function fill(pane, html) {
  const shown = panes.get(pane) ?? {};
  if (shown.html === html) return;
  const atEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 80;
  const follow = shown.html === undefined || atEnd || Math.abs(pane.scrollTop - shown.top) < 5;
  pane.innerHTML = html;
  for (const note of pane.querySelectorAll(".action-note")) note.textContent = notes.get(noteKey(note)) ?? "";
  for (const bar of pane.querySelectorAll("[data-colour]")) bar.style.borderLeftColor = bar.dataset.colour;
  const newest = pane.lastElementChild;
  if (follow && newest) pane.scrollTop = Math.min(pane.scrollHeight, newest.offsetTop - pane.offsetTop - 12);
  panes.set(pane, { html, top: follow ? pane.scrollTop : Number.NaN });
}

async function send(text) {
  const { channel } = open;
  if (!text.startsWith("/"))
    return told(await post("/api/messages", { channel: channel.id, user: me, text }));
  const [command, ...rest] = text.split(/\s+/);
  await post("/api/commands", { channel: channel.id, user: me, command, text: rest.join(" ") });
}

/** Says when the product did not take what Slack sent it. */
function told({ delivered, status }) {
  if (!delivered) toast(`The app did not take this event (${status || "no answer"}); Slack would try again.`);
}

async function fire(name) {
  showScenarios(false);
  const fired = await post("/api/alerts", { scenario: name });
  told(fired);
  const channel = channels.find(({ id }) => id === fired.channel);
  if (channel) goTo(channel.name);
}

function showScenarios(shown) {
  const menu = element("scenarios");
  menu.hidden = !shown;
  element("choose").setAttribute("aria-expanded", String(shown));
  menu.innerHTML = workspace.scenarios
    .map(({ name, title }) => {
      const here = name === workspace.scenario.name;
      return `<button type="button" data-scenario="${escapeHtml(name)}" class="${here ? "here" : "elsewhere"}"><b>${escapeHtml(title)}</b><span>${escapeHtml(name)}${here ? " · this world" : " · another world"}</span></button>`;
    })
    .join("");
}

async function pressed(event) {
  const message = event.target.closest(".message");
  if (event.target.closest(".open-thread")) return goTo(open.channel.name, message.dataset.ts);
  const button = event.target.closest("[data-block]");
  if (!button || button.classList.contains("waiting")) return;
  const note = (text) => {
    notes.set(noteKey(button), text);
    for (const place of document.querySelectorAll(".action-note"))
      if (noteKey(place) === noteKey(button)) place.textContent = text;
  };
  note("");
  button.classList.add("waiting");
  try {
    const { block, element: index } = button.dataset;
    const { answered } = await post("/api/actions", {
      channel: open.channel.id,
      ts: message.dataset.ts,
      block: Number(block),
      element: Number(index),
      user: me,
    });
    if (!answered) note("⚠ The app did not respond.");
  } finally {
    button.classList.remove("waiting");
  }
}

/** The message and the block that holds this element. */
function noteKey(inside) {
  const holder = inside.closest(".block-actions, .accessory");
  return `${inside.closest(".message").dataset.ts} ${holder.querySelector("[data-block]")?.dataset.block}`;
}

function goTo(channel, thread) {
  location.hash = thread === undefined ? channel : `${channel}/${thread}`;
}

function welcome() {
  return `<div class="welcome"><h3># ${escapeHtml(open.channel.name)}</h3>
    <p>Nothing has been said here yet. Fire an alert above, or type <code>/diagnose order-service</code> below.</p></div>`;
}

let toastTimer;
function toast(text) {
  clearTimeout(toastTimer);
  element("toast").textContent = text;
  element("toast").hidden = false;
  toastTimer = setTimeout(() => {
    element("toast").hidden = true;
  }, 8000);
}
