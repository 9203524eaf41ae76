// What an administrator does with a file of users: check it, import it, and find the job again.

import { heading, signIn } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

test('a file is checked, and its users are imported after the report', async ({ page, grace, hasScripts }) => {
  const email = `new-${Date.now()}@example.org`;
  await signIn(page, grace, hasScripts);
  await page.goto('/admin/users');
  await page.getByRole('link', { name: 'Import users' }).click();
  await expect(heading(page, 'Import users')).toBeVisible();
  const file = { name: 'users.csv', mimeType: 'text/csv', buffer: Buffer.from(`email\n${email}\nnonsense\n`) };
  await page.getByLabel('File', { exact: true }).setInputFiles(file);
  await page.getByRole('button', { name: 'Check file' }).click();
  // The page reloads itself, with scripts and without.
  const report = '1 user can be imported, 1 line has errors and would be left out.';
  await expect(page.getByText(report)).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('region', { name: 'Lines with errors' })).toContainText('Line 3');
  await page.getByRole('button', { name: 'Import 1 user' }).click();
  await expect(page.getByText('1 user imported, 1 line left out.')).toBeVisible({ timeout: 20_000 });
  await page.getByRole('link', { name: 'All jobs' }).click();
  await expect(page.getByRole('row').filter({ hasText: '1 user imported' })).toContainText(grace.name);
  await page.goto(`/admin/users?search=${email}`);
  await expect(page.getByText('1 user', { exact: true })).toBeVisible();
});

test('a file of another kind is refused next to its field', async ({ page, grace, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await page.goto('/admin/users/import');
  const file = { name: 'users.xlsx', mimeType: 'application/vnd.ms-excel', buffer: Buffer.from('x') };
  await page.getByLabel('File', { exact: true }).setInputFiles(file);
  await page.getByRole('button', { name: 'Check file' }).click();
  await expect(page.getByLabel('File', { exact: true })).toHaveAccessibleDescription(/Use a file whose name ends in/);
});
