// The search for users in the header: a form without scripts, a combobox with suggestions with them.

import { AxeBuilder } from '@axe-core/playwright';
import { awake, heading, signIn } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

const field = (page: Page) => page.locator('#find');
const list = (page: Page) => page.getByRole('listbox', { name: 'Suggested users' });
const option = (page: Page, name: string | RegExp) => list(page).getByRole('option', { name });
const hint = (page: Page) => page.locator('.find kbd');

test('what is typed leads to the list of users', async ({ page, grace, ada, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await page.goto('/admin');
  await awake(page, hasScripts);
  await field(page).fill(ada.email);
  await field(page).press('Enter');
  await expect(page).toHaveURL(`/admin/users?search=${encodeURIComponent(ada.email)}`);
  await expect(page.getByRole('link', { name: ada.name })).toBeVisible();
});

test('without scripts the field is a plain one @plain', async ({ page, grace, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await page.goto('/admin');
  await expect(page.getByRole('searchbox', { name: 'Find a user' })).toBeVisible();
  await expect(hint(page)).toBeHidden();
  await expect(page.locator('.suggested').first()).toBeHidden();
});

test('users are suggested, and the keyboard chooses one @scripts', async ({ page, grace, server, hasScripts }) => {
  const shared = 'Kovalevskaya';
  const [sofia, anna] = [
    await server.make({ email: 'sofia@example.org', username: 'sofia', name: `Sofia ${shared}` }),
    await server.make({ email: 'anna@example.org', username: 'anna', name: `Anna ${shared}` }),
  ];
  await signIn(page, grace, hasScripts);
  await page.goto('/admin');
  await awake(page, hasScripts);
  await expect(hint(page)).toBeVisible();
  await page.keyboard.press('/');
  await expect(field(page)).toBeFocused();
  await expect(field(page)).toHaveAttribute('aria-expanded', 'false');
  await expect(hint(page)).toBeHidden();
  await page.keyboard.type(shared);
  await expect(option(page, sofia.email)).toBeVisible();
  await expect(option(page, anna.email)).toBeVisible();
  await expect(field(page)).toHaveAttribute('aria-expanded', 'true');
  await expect(list(page).getByRole('option')).toHaveCount(3);
  const found = await new AxeBuilder({ page }).setLegacyMode().include('.find').analyze();
  expect(found.violations).toEqual([]);

  const active = () => field(page).getAttribute('aria-activedescendant');
  await page.keyboard.press('ArrowUp');
  await expect(option(page, `Search all users for “${shared}”`)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Home');
  expect(await active()).toBe(await list(page).getByRole('option').first().getAttribute('id'));
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowDown');
  expect(await active()).toBe(await list(page).getByRole('option').first().getAttribute('id'));
  await page.keyboard.press('Escape');
  await expect(list(page)).toBeHidden();
  await expect(field(page)).toHaveValue(shared);
  await page.keyboard.press('ArrowDown');
  await expect(option(page, anna.email)).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(heading(page, new RegExp(shared))).toBeVisible();
});

test('a click opens a user, and the last line the list @scripts', async ({ page, grace, ada, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await page.goto('/admin/roles');
  await awake(page, hasScripts);
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type(ada.email);
  await option(page, ada.email).first().click();
  await expect(page).toHaveURL(`/admin/users/${ada.id}`);
  await awake(page, hasScripts);
  await field(page).fill(ada.email);
  await option(page, /^Search all users for/).click();
  await expect(page).toHaveURL(`/admin/users?search=${encodeURIComponent(ada.email)}`);
});

test('nobody found is said, an older answer never replaces a newer one, and a failure is quiet @scripts', async ({ page, grace, ada, trouble, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await page.goto('/admin');
  await awake(page, hasScripts);
  await field(page).fill('nobody-is-called-so');
  await expect(page.getByRole('status').filter({ hasText: 'No users found' })).toBeVisible();
  await expect(list(page)).toBeHidden();

  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/fn/find_users', async (route) => {
    if (route.request().postData() === 'search=grace') await held;
    await route.continue();
  });
  const late = page.waitForRequest((request) => request.postData() === 'search=grace');
  await field(page).fill('grace');
  await late;
  await field(page).fill(ada.email);
  await expect(option(page, ada.email).first()).toBeVisible();
  const answered = page.waitForResponse((response) => response.request().postData() === 'search=grace');
  release();
  await answered;
  await expect(option(page, ada.email).first()).toBeVisible();
  await expect(option(page, grace.email)).toHaveCount(0);

  trouble.expect(/\b500\b.*find_users/);
  await page.unroute('**/fn/find_users');
  await page.route('**/fn/find_users', (route) => route.fulfill({ status: 500, body: '"Internal"' }));
  await field(page).fill('grac');
  await expect(list(page)).toBeHidden();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await field(page).press('Enter');
  await expect(page).toHaveURL('/admin/users?search=grac');
});

test('long and right-to-left names stay within the list on a phone @scripts', async ({ page, grace, server, hasScripts }) => {
  const mark = 'קוף';
  const long = `${'long'.repeat(15)}@${'a'.repeat(60)}.example.com`;
  await server.make({ email: long, username: 'long', name: `${mark} ${'W'.repeat(80)}` });
  await server.make({ email: 'rtl@example.org', username: 'rtl', name: `${mark} עדה לאבלייס` });
  await page.setViewportSize({ width: 320, height: 640 });
  await signIn(page, grace, hasScripts);
  await page.goto('/admin');
  await awake(page, hasScripts);
  await expect(hint(page)).toBeHidden();
  await field(page).fill(mark);
  await expect(list(page).getByRole('option')).toHaveCount(3);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});
