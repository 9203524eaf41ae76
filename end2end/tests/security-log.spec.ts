import { navigation, programSignIn, signIn } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

test('the dashboard leads to all events of the account, and those of this browser are marked', async ({ page, ada, program, hasScripts }) => {
  await programSignIn(program, ada);
  await signIn(page, ada, hasScripts);
  await page.getByRole('link', { name: 'See all activity' }).click();
  await expect(page).toHaveURL('/account/security');
  await expect(page).toHaveTitle('Security log · Claviger');
  await expect((await navigation(page)).getByRole('link', { name: 'Security log' })).toHaveAttribute('aria-current', 'page');
  const events = page.getByRole('main').getByRole('listitem').filter({ hasText: 'Signed in' });
  await expect(events).toHaveCount(2);
  await expect(events.first()).toContainText('Current session');
  await expect(events.nth(1)).not.toContainText('Current session');
  await expect(events.nth(1)).toContainText('127.0.0.1');
});
