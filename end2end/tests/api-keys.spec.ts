// A user's API keys: create one, use it, see where it was used, revoke it.

import { said, signIn } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

test('a key is created, shown once, used and revoked', async ({ page, grace, server, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await page.goto('/account/api-keys');
  await expect(page).toHaveTitle('API keys · Claviger');
  await expect(page.getByText('You have no API keys.')).toBeVisible();

  await page.getByRole('button', { name: 'Create API key' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Name', { exact: true }).fill('Nightly backup');
  await page.getByLabel('Expires').selectOption('In 30 days');
  await page.getByRole('checkbox', { name: /^Users: read/ }).check();
  await page.getByRole('button', { name: 'Create API key' }).click();

  await expect(page.getByText('Copy your new API key now.')).toBeVisible();
  const key = (await page.locator('[data-secret]').textContent()) ?? '';
  expect(key).toMatch(/^clv_[1-9A-HJ-NP-Za-km-z]{40,}$/);
  const ask = (path: string) => fetch(server.url + path, { headers: { 'X-API-Key': key } });
  expect((await ask('/api/v1/users')).status).toBe(200);
  expect((await ask('/api/v1/roles')).status).toBe(403);

  await page.reload();
  await expect(page.getByRole('listitem').filter({ hasText: 'Nightly backup' })).toContainText('Users: read');
  await expect(page.locator('[data-secret]')).toHaveCount(0);
  expect(await page.content()).not.toContain(key);

  await page.getByRole('button', { name: 'Revoke Nightly backup' }).click();
  await expect(said(page, 'API key revoked.')).toBeVisible();
  await expect(page.getByText('You have no API keys.')).toBeVisible();
  expect((await ask('/api/v1/users')).status).toBe(401);
});

test('an administrator finds the keys of a user, and each in the monitor', async ({ page, grace, ada, server, hasScripts }) => {
  const { token } = await (
    await fetch(`${server.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: ada.email, password: ada.password }),
    })
  ).json();
  const created = await fetch(`${server.url}/api/v1/api-keys`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ name: 'Deploy', scopes: [] }),
  });
  expect(created.status).toBe(201);
  await signIn(page, grace, hasScripts);
  await page.goto('/admin/users');
  await page.getByRole('link', { name: ada.name }).click();
  await page.getByRole('region', { name: 'API keys' }).getByRole('link', { name: 'Deploy' }).click();
  await expect(page.getByText('API key', { exact: true }).first()).toBeVisible();
  await expect(page.getByRole('link', { name: ada.email })).toBeVisible();
});
