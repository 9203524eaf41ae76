import { awake, heading, onSignIn, password, said, signIn, submitSignIn } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

const confirm = (page: Page) => page.getByRole('button', { name: 'Confirm', exact: true });

async function open(page: Page, path: string, hasScripts: boolean): Promise<void> {
  await page.goto(path);
  await expect(heading(page, 'Confirm your password')).toBeVisible();
  await awake(page, hasScripts);
}

test('confirming the password continues and says how', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await open(page, '/confirm?next=/account', hasScripts);
  await expect(page).toHaveTitle('Confirm your password · Claviger');
  await expect(password(page)).toBeFocused();
  await password(page).fill(ada.password);
  await confirm(page).click();
  await expect(page).toHaveURL('/account');
  await expect(said(page, 'Password confirmed.')).toBeVisible();
  await page.reload();
  await expect(said(page, 'Password confirmed.')).toHaveCount(0);
});

test('a wrong password does not continue and is not kept', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await open(page, '/confirm?next=/account', hasScripts);
  for (const [typed, why] of [['', 'Enter your password.'], ['wrong horse battery', 'Incorrect password.']]) {
    await password(page).fill(typed);
    await confirm(page).click();
    await expect(password(page)).toHaveAccessibleDescription(why);
    await expect(password(page)).toBeFocused();
    await expect(password(page)).toHaveValue('');
  }
  await expect(page).toHaveURL(/\/confirm\?next=(%2F|\/)account/);
  for (let tries = 1; tries < 5; tries++) {
    await password(page).fill('wrong horse battery');
    await confirm(page).click();
    await expect(password(page)).toHaveValue('');
    await expect(password(page)).toBeFocused();
  }
  await password(page).fill(ada.password);
  await confirm(page).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Too many failed attempts.' })).toBeFocused();
});

test('it never leads to another site', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  for (const next of ['https://evil.example/', '//evil.example', '/logout']) {
    await open(page, `/confirm?next=${encodeURIComponent(next)}`, hasScripts);
    await password(page).fill(ada.password);
    await confirm(page).click();
    await expect(page).toHaveURL('/account');
  }
});

test('a signed-out user signs in first', async ({ page, ada, hasScripts }) => {
  await page.goto('/confirm?next=/account');
  await onSignIn(page);
  await awake(page, hasScripts);
  await submitSignIn(page, ada.email, ada.password);
  await expect(heading(page, 'Confirm your password')).toBeVisible();
});
