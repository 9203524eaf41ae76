import { heading, navigation, said, signIn } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

const search = (page: Page) => page.getByRole('searchbox', { name: 'Search the audit log' });
const rows = (page: Page) => page.getByRole('table', { name: 'Audit log' }).getByRole('row');

test('an administrator finds what was done to a user, and what changed', async ({ page, grace, ada, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await page.goto('/admin/users');
  await page.getByRole('link', { name: ada.name }).click();
  await expect(heading(page, ada.name)).toBeVisible();
  await page.getByRole('link', { name: 'Suspend user' }).click();
  await page.getByLabel('Reason').fill('spam <b>');
  await page.getByRole('button', { name: 'Suspend user' }).click();
  await expect(said(page, 'suspended')).toBeVisible();

  await (await navigation(page)).getByRole('link', { name: 'Audit log' }).click();
  await expect(heading(page, 'Audit log')).toBeVisible();
  await search(page).fill(`target:${ada.email} action:user.*`);
  await search(page).press('Enter');
  await expect(rows(page).filter({ hasText: 'user.banned' })).toHaveCount(1);
  await rows(page).filter({ hasText: 'user.banned' }).getByRole('link').click();
  await expect(heading(page, 'user.banned')).toBeVisible();
  await expect(page.getByRole('table', { name: 'Changes' })).toContainText('spam <b>');
});

test('a search that is not understood says why and keeps what was typed', async ({ page, grace, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await page.goto('/admin/audit?search=outcome:maybe');
  await expect(search(page)).toHaveValue('outcome:maybe');
  await expect(page.getByText('outcome: Must be ok or denied.')).toBeVisible();
  await page.getByRole('link', { name: 'Denied' }).click();
  await expect(page).toHaveURL('/admin/audit?search=outcome%3Adenied');
  await expect(page.getByRole('link', { name: 'Denied' })).toHaveAttribute('aria-current', 'page');
});
