import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Company, openCompany } from "../src/demo/company.ts";

/**
 * The newcomer's way in: the product beside the practice company, seen through Debian's browser. The screenshots
 * are kept where ONCALL_SCREENSHOTS says, else removed.
 */
const executablePath = "/usr/bin/chromium";
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-quic",
  "--no-first-run",
  "--disable-sync",
];
const folder = mkdtempSync(join(tmpdir(), "oncall-screen-"));
const shots = process.env.ONCALL_SCREENSHOTS ?? folder;

let company: Company;
let browser: Browser;
let page: Page;
let url: string;

beforeAll(async () => {
  if (!existsSync(executablePath))
    throw new Error("No browser at /usr/bin/chromium: apt-get install chromium");
  const quiet = { freePort: true, scriptedModel: false, tell: () => undefined };
  company = await openCompany({ scenario: "acme-01", seed: 1, ...quiet });
  url = (await company.sandbox.showScreen({ productUrl: company.api.url })).url;
  browser = await chromium.launch({ executablePath, args });
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
}, 90_000);

afterAll(async () => {
  await browser?.close();
  await company?.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test("an alert, and the first look in its thread", async () => {
  await page.getByRole("button", { name: "Fire an alert" }).click();
  const alert = page.locator("#messages .message", { hasText: "HighErrorRate" });
  await alert.locator(".replies").click({ timeout: 30_000 });
  const thread = page.locator("#thread");
  // What it says is the demo's to prove; here it must be seen.
  await expect
    .poll(() => thread.textContent(), { timeout: 30_000 })
    .toMatch(/1 reply[\s\S]*First look · [\s\S]*order-service/);
  await page.screenshot({ path: join(shots, "1-first-look.png") });
});

test("`/diagnose order-service` typed and answered", async () => {
  await page.getByRole("button", { name: "Close the thread" }).click();
  const box = page.locator("#composer textarea");
  await box.pressSequentially("/dia");
  expect(await page.locator("#composer .hints").textContent()).toContain("/diagnose");
  await page.screenshot({ path: join(shots, "2-hint.png") });
  await page.keyboard.press("Tab");
  await box.pressSequentially("order-service");
  await page.keyboard.press("Enter");
  const said = page.locator("#messages");
  await expect.poll(() => said.textContent()).toMatch(/Only visible to you[\s\S]*Looking into order-service/);
  await expect
    .poll(() => page.locator("#messages .message[data-author=app]:not(.ephemeral)").textContent(), {
      timeout: 30_000,
    })
    .toMatch(/First look[\s\S]*order-service/);
  await page.screenshot({ path: join(shots, "3-diagnose.png") });
});

test("a button pressed, and what the product says to it", async () => {
  await page.locator("#messages .replies").first().click();
  const thread = page.locator("#thread");
  await thread.getByRole("button", { name: "Helpful", exact: true }).click();
  const whisper = thread.locator(".message.ephemeral").last();
  await expect
    .poll(() => whisper.textContent(), { timeout: 15_000 })
    .toMatch(/Only visible to you[\s\S]*Noted, thank you/);
  await page.screenshot({ path: join(shots, "4-button.png") });
  await page.getByRole("button", { name: "Close the thread" }).click();
});

test("a button that nobody answers says so, as in Slack", async () => {
  const element = { type: "button", text: { type: "plain_text", text: "Press me" }, action_id: "nobodys" };
  await postAsApp([{ type: "actions", elements: [element] }]);
  await page.getByRole("button", { name: "Press me" }).click();
  const note = page.locator("#messages .message").last().locator(".action-note");
  await expect.poll(() => note.textContent(), { timeout: 10_000 }).toBe("⚠ The app did not respond.");
});

test("a reply in the thread and a message of a person are shown as they were typed", async () => {
  await page.locator("#composer textarea").fill("<script>alert(1)</script> *bold* & `code`");
  await page.keyboard.press("Enter");
  const message = page.locator("#messages .message[data-author=person]").last();
  await expect.poll(() => message.textContent()).toContain("<script>alert(1)</script> bold & code");
  expect(await message.locator("script").count()).toBe(0);
  await message.hover();
  await message.locator(".open-thread").click();
  await page.locator("#thread-composer textarea").fill("seen");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator("#thread").textContent()).toMatch(/1 reply[\s\S]*seen/);
});

test("no request leaves the machine", async () => {
  const asked: string[] = [];
  const fresh = await browser.newPage({ colorScheme: "dark", viewport: { width: 1440, height: 900 } });
  fresh.on("request", (request) => asked.push(request.url()));
  await fresh.goto(url);
  await fresh.locator("#messages .replies").first().click();
  await fresh.locator("#thread .message").nth(1).waitFor();
  await fresh.screenshot({ path: join(shots, "5-dark.png") });
  await fresh.close();
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((address) => !address.startsWith(`${url}/`))).toEqual([]);
});

/** A message of the product's bot, by the Web API and the token that it was given. */
async function postAsApp(blocks: readonly object[]): Promise<void> {
  const { SLACK_API_URL, SLACK_BOT_TOKEN } = company.sandbox.environment();
  const { channel } = company.sandbox.scenario.alert;
  const answer = await fetch(`${SLACK_API_URL}chat.postMessage`, {
    method: "POST",
    headers: { authorization: `Bearer ${SLACK_BOT_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ channel, text: "a button", blocks }),
  });
  expect(await answer.json()).toMatchObject({ ok: true });
}
