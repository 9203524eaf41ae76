// The strength of a new password: shown while it is typed, and enforced by the server.

import { awake, heading, openSignIn, password } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const makeButton = (page: Page) => page.getByRole('button', { name: 'Create administrator' });
const meter = (page: Page) => page.locator('.strength [aria-live]');

/** The paths of everything that a page requests from now on. */
function requests(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  return asked;
}

async function open(page: Page, link: string, hasScripts: boolean): Promise<void> {
  await page.goto(link);
  await expect(heading(page, 'Set up Claviger')).toBeVisible();
  await awake(page, hasScripts);
}

test('the meter updates while a password is typed, and knows the names in the form @scripts', async ({ page, server }) => {
  await open(page, server.setUpLink, true);
  await expect(meter(page)).toBeEmpty();
  for (const [typed, shown] of [
    ['password12345678', /^Password strength: Too common$/],
    ['spring!1', /^Password strength: Weak · 15\+ characters recommended$/],
    ['kq4vT9zx1', /^Password strength: Fair · 15\+ characters recommended$/],
    ['a ship in port is safe', /^Password strength: Strong$/],
  ] as const) {
    await password(page).fill(typed);
    await expect(meter(page)).toHaveText(shown);
  }
  await password(page).fill('amazing2026');
  await expect(meter(page)).toContainText('Weak');
  await field(page, 'Username (optional)').fill('amazing');
  await expect(meter(page)).toContainText('Too easy to guess');
  await password(page).fill('');
  await expect(meter(page)).toBeEmpty();
});

test('the meter is fetched when it is needed, and never to sign in @scripts', async ({ page, server, ada }) => {
  const asked = requests(page);
  await openSignIn(page, true);
  await password(page).pressSequentially(ada.password);
  expect(asked.filter((path) => path.endsWith('.wasm'))).toHaveLength(1);

  await open(page, server.setUpLink, true);
  const before = asked.length;
  await password(page).fill('a ship in port is safe');
  await expect(meter(page)).toContainText('Strong');
  expect(asked.slice(before).filter((path) => path.endsWith('.wasm'))).not.toEqual([]);
});

test('without the meter the form works @scripts', async ({ page, server, trouble }) => {
  trouble.expect(/strength|failed to load|Failed to fetch|ERR_FAILED/);
  await open(page, server.setUpLink, true);
  await page.route(/strength.*\.wasm/, (route) => route.abort());
  await field(page, 'Name').fill('Grace Hopper');
  await field(page, 'Email').fill('grace@example.com');
  await password(page).pressSequentially('a ship in port is safe');
  await expect(meter(page)).toBeEmpty();
  await makeButton(page).click();
  await expect(page).toHaveURL('/dashboard');
});

test('a commonly guessed password is refused, and nothing else is lost', async ({ page, server, hasScripts }) => {
  await open(page, server.setUpLink, hasScripts);
  await field(page, 'Name').fill('Grace Hopper');
  await field(page, 'Email').fill('grace@example.com');
  await field(page, 'Username (optional)').fill('amazing');
  for (const [typed, why] of [
    ['password12345678', /too common/],
    ['amazing12345678901', /too easy to guess/],
  ] as const) {
    await password(page).fill(typed);
    await makeButton(page).click();
    await expect(password(page)).toHaveAccessibleDescription(why);
    await expect(password(page)).toBeFocused();
    await expect(field(page, 'Name')).toHaveValue('Grace Hopper');
    await expect(field(page, 'Email')).toHaveValue('grace@example.com');
    await expect(field(page, 'Username (optional)')).toHaveValue('amazing');
    if (!hasScripts) await expect(password(page)).toHaveValue('');
  }
  await password(page).fill('a ship in port is safe');
  await makeButton(page).click();
  await expect(page).toHaveURL('/dashboard');
});

test('nothing is shown where the strength cannot be measured @plain', async ({ page, server }) => {
  await open(page, server.setUpLink, false);
  await password(page).fill('password12345678');
  await expect(meter(page)).toBeEmpty();
  await expect(page.locator('.strength .scale')).toBeHidden();
});
