// @vitest-environment jsdom
import '../support/setup';

import { act, render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import axe from 'axe-core';
import { beforeEach, describe, expect, it } from 'vitest';

import { App } from '../../src/app';
import { FakeDatabase } from '../support/fake_database';
import { actorsValue, actorValue, FakeSignIn, openFloor, verdictValue } from '../support/samples';

let database: FakeDatabase;

function open(path: string) {
  history.replaceState(null, '', path);
  return render(<App database={database} signIn={new FakeSignIn()} />);
}

async function names(): Promise<string[]> {
  const table = await screen.findByRole('table');
  return within(table)
    .getAllByRole('rowheader')
    .map((x) => x.textContent ?? '');
}

beforeEach(() => {
  document.documentElement.lang = 'en';
  document.title = 'Outcry';
  database = new FakeDatabase();
  openFloor(database, Date.now(), ['AAPL']);
});

describe('the actors page', () => {
  it('shows every actor with what the floor says of it, and the verdict', async () => {
    database.set('floor/actors', actorsValue(Date.now()));
    database.set('floor/verdict', verdictValue(Date.now()));
    open('/actors');
    expect(await names()).toEqual(['bot:AAPL', 'bot:BRK.B', 'pit:AAPL']);
    const row = screen.getByRole('row', { name: /bot:AAPL/ });
    for (const text of ['42 of 1000', '3.00 s', '13', '3.0', '0.3 ms', '4.0 ms'])
      expect(within(row).getByText(text)).toBeTruthy();
    expect(within(row).getByText(/stuck at price_batch/)).toBeTruthy();
    expect(screen.getByText('7, again in 1.50 s')).toBeTruthy();
    expect(screen.getByText('it threw')).toBeTruthy();
    const verdict = screen.getByRole('region', { name: 'Verdict' });
    expect(within(verdict).getByText('something is wrong')).toBeTruthy();
    expect(verdict.textContent).toContain('bot:AAPL: its handler is at one price_batch for 30 s');
    expect(verdict.textContent).toContain('It costs: 42 messages wait');
    expect(verdict.textContent).toContain('What to do: restart it');
    const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map((x) => `${x.id}: ${x.nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  });

  it('sorts by a column and the other way round, and says so', async () => {
    database.set('floor/actors', actorsValue(Date.now()));
    open('/actors');
    await names();
    const sorted = () => screen.getByRole('columnheader', { name: 'Mailbox' }).getAttribute('aria-sort');
    await userEvent.click(screen.getByRole('button', { name: 'Mailbox' }));
    await waitFor(() => expect(sorted()).toBe('descending'));
    expect(await names()).toEqual(['bot:AAPL', 'pit:AAPL', 'bot:BRK.B']);
    await userEvent.click(screen.getByRole('button', { name: 'Mailbox' }));
    await waitFor(() => expect(sorted()).toBe('ascending'));
    expect(await names()).toEqual(['bot:BRK.B', 'pit:AAPL', 'bot:AAPL']);
  });

  it('finds actors, those in trouble and those that are hidden', async () => {
    database.set('floor/actors', actorsValue(Date.now()));
    open('/actors');
    await names();
    await userEvent.click(screen.getByLabelText("The floor's own too"));
    await waitFor(async () => expect(await names()).toContain('session'));
    await userEvent.click(screen.getByLabelText('In trouble only'));
    await waitFor(async () => expect(await names()).toEqual(['bot:AAPL', 'bot:BRK.B']));
    await userEvent.type(screen.getByRole('searchbox', { name: 'Find actors' }), 'brk');
    await waitFor(async () => expect(await names()).toEqual(['bot:BRK.B']));
  });

  it('follows what the floor says next, and says when it says nothing more', async () => {
    const now = Date.now();
    database.set('floor/actors', actorsValue(now - 60_000));
    open('/actors');
    expect(await screen.findByText(/1 min ago . stale/)).toBeTruthy();
    act(() =>
      database.set('floor/actors', { at: now, total: 9, rows: { desk: actorValue('desk', now) } }),
    );
    expect(await names()).toEqual(['desk']);
    expect(screen.getByText(/The 1 of 9 actors that need looking at most/)).toBeTruthy();
  });

  it('says when the floor does not tell of its actors', async () => {
    open('/actors');
    expect(await screen.findByText('The floor does not tell of its actors.')).toBeTruthy();
    expect(screen.queryByRole('region', { name: 'Verdict' })).toBeNull();
  });

  it('offers nothing that would change anything', async () => {
    database.set('floor/actors', actorsValue(Date.now()));
    database.set('floor/verdict', verdictValue(Date.now()));
    open('/actors');
    const table = await screen.findByRole('table');
    // What can be pressed are the heads that sort.
    for (const button of within(screen.getByRole('main')).getAllByRole('button'))
      expect(button.closest('thead')).not.toBeNull();
    expect(within(table).queryAllByRole('link')).toEqual([]);
    expect(database.attempts).toEqual([]);
  });

  it('asks for the actors only while somebody looks at them', async () => {
    database.set('floor/actors', actorsValue(Date.now()));
    open('/');
    await screen.findAllByRole('article');
    expect(database.watched).not.toContain('floor/actors');
    await userEvent.click(screen.getByRole('link', { name: 'Actors' }));
    await names();
    expect(database.watched).toContain('floor/actors');
    expect(database.watched).not.toContain('floor');
  });
});

describe('the floor page', () => {
  it('leads to the actors when something is wrong, and is silent when nothing is', async () => {
    database.set('floor/verdict', { ...verdictValue(Date.now()), level: 'ok', headline: 'All is well' });
    open('/');
    await screen.findAllByRole('article');
    expect(screen.queryByText('All is well')).toBeNull();
    act(() => database.set('floor/verdict', verdictValue(Date.now())));
    expect(screen.getByRole('link', { name: 'bot:AAPL is stuck' }).getAttribute('href')).toBe('/actors');
    expect(database.watched).not.toContain('floor/actors');
  });
});
