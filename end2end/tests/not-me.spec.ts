import { countOf, mailTo } from '../fixtures/mail.ts';
import { awake, heading, onDashboard, onSignIn, openSessions, said, signIn, submitSignIn } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const NEW = 'another password altogether';

test('the link in the mail about a new device secures the account, signed out and in another browser', async (
  { page, server, ada, otherBrowser, hasScripts },
) => {
  await signIn(page, ada, hasScripts);
  const thief = await (await otherBrowser(FIREFOX)).newPage();
  await signIn(thief, ada, hasScripts);
  const link = (await mailTo(server, ada.email)).link('/not-me');
  const phone = await (await otherBrowser()).newPage();
  await phone.goto(link);
  await expect(heading(phone, 'Secure your account')).toBeVisible();
  await expect(phone.getByText(ada.email)).toBeVisible();
  await phone.getByRole('button', { name: 'Secure my account' }).click();
  await expect(heading(phone, 'Your account is secured')).toBeVisible();
  await expect(phone.getByText('We’ve emailed you a link to choose a new password.')).toBeVisible();
  await thief.goto('/dashboard');
  await onSignIn(thief);
  await submitSignIn(thief, ada.email, ada.password);
  await expect(thief.getByText('Incorrect email, username or password.')).toBeVisible();

  await phone.goto((await mailTo(server, ada.email, 2)).link('/reset-password'));
  await awake(phone, hasScripts);
  await phone.getByLabel('New password', { exact: true }).fill(NEW);
  await phone.getByRole('button', { name: 'Change password' }).click();
  await onSignIn(phone);
  await submitSignIn(phone, ada.email, NEW);
  await onDashboard(phone, ada, hasScripts);
  await phone.goto('/account');
  await expect(phone.getByText('the address can’t be changed until')).toBeVisible();
  await page.goto(link);
  await expect(heading(page, 'Your account is secured')).toBeVisible();
  expect(await countOf(server, ada.email), 'a used link sends nothing').toBeLessThanOrEqual(4);
});

test('a session of someone else is reported from the list of sessions', async ({ page, ada, otherBrowser, hasScripts }) => {
  const thief = await (await otherBrowser(FIREFOX)).newPage();
  await signIn(thief, ada, hasScripts);
  await signIn(page, ada, hasScripts);
  await openSessions(page, hasScripts);
  await page.getByRole('link', { name: /^This wasn’t me\s?: Firefox on Linux$/ }).click();
  await expect(heading(page, 'Secure your account')).toBeVisible();
  await page.getByRole('button', { name: 'Secure my account' }).click();
  await onSignIn(page);
  await expect(said(page, 'Check your email for a link to choose a new password.')).toBeVisible();
  await thief.goto('/account');
  await onSignIn(thief);
});
