#include "adapters/postgres/schema_sql.hpp"

namespace outcry::postgres {

// txid: the transaction that wrote the row. A reader remembers the oldest transaction that was
// still under way when it read; whatever commits later has a txid from there on, so that no row is
// skipped however late it is committed.
//
// contributor is never among the columns a contributor may write: its default is who signed in.
const std::array<const char*, 1> migrations{
    R"sql(
CREATE TABLE outcry.about (key text PRIMARY KEY, value text NOT NULL);
INSERT INTO outcry.about VALUES ('database', md5(random()::text || clock_timestamp()::text));

CREATE TABLE outcry.raw_messages (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  contributor text NOT NULL DEFAULT session_user,
  floor text NOT NULL CHECK (octet_length(floor) <= 64),
  source text NOT NULL CHECK (octet_length(source) BETWEEN 1 AND 128),
  source_id text NOT NULL CHECK (octet_length(source_id) BETWEEN 1 AND 128),
  edited_ns bigint NOT NULL,
  deleted boolean NOT NULL,
  trusted boolean NOT NULL,
  author_id text NOT NULL CHECK (octet_length(author_id) <= 128),
  author text NOT NULL CHECK (octet_length(author) <= 512),
  body text NOT NULL CHECK (octet_length(body) <= 40000),
  sent_ns bigint NOT NULL,
  received_ns bigint NOT NULL,
  reply_to text NOT NULL CHECK (octet_length(reply_to) <= 128),
  handed_in_by text NOT NULL CHECK (octet_length(handed_in_by) <= 128),
  verdict text NOT NULL CHECK (octet_length(verdict) <= 32),
  rule text NOT NULL CHECK (octet_length(rule) <= 128),
  reason text NOT NULL CHECK (octet_length(reason) <= 2000),
  confidence smallint NOT NULL CHECK (confidence BETWEEN 0 AND 100),
  reading text NOT NULL CHECK (octet_length(reading) <= 400000),
  UNIQUE (source, source_id, edited_ns));
CREATE INDEX raw_messages_feed ON outcry.raw_messages (txid, id);

CREATE TABLE outcry.signals (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  contributor text NOT NULL DEFAULT session_user,
  floor text NOT NULL CHECK (octet_length(floor) <= 64),
  source text NOT NULL CHECK (octet_length(source) BETWEEN 1 AND 128),
  source_id text NOT NULL CHECK (octet_length(source_id) BETWEEN 1 AND 128),
  author_id text NOT NULL CHECK (octet_length(author_id) <= 128),
  author text NOT NULL CHECK (octet_length(author) <= 512),
  ticker text NOT NULL CHECK (octet_length(ticker) <= 64),
  side text NOT NULL CHECK (octet_length(side) <= 16),
  action text NOT NULL CHECK (octet_length(action) <= 16),
  asset text NOT NULL CHECK (octet_length(asset) <= 32),
  call text NOT NULL CHECK (octet_length(call) <= 40000 AND jsonb_typeof(call::jsonb) = 'object'),
  confidence smallint NOT NULL CHECK (confidence BETWEEN 0 AND 100),
  handed_in_by text NOT NULL CHECK (octet_length(handed_in_by) <= 128),
  said_ns bigint NOT NULL,
  received_ns bigint NOT NULL,
  UNIQUE (source, source_id));
CREATE INDEX signals_feed ON outcry.signals (txid, id);
CREATE INDEX signals_by_age ON outcry.signals (recorded_at);

CREATE TABLE outcry.updates (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  contributor text NOT NULL DEFAULT session_user,
  floor text NOT NULL CHECK (octet_length(floor) <= 64),
  source text NOT NULL CHECK (octet_length(source) BETWEEN 1 AND 128),
  source_id text NOT NULL CHECK (octet_length(source_id) BETWEEN 1 AND 128),
  edited_ns bigint NOT NULL,
  author_id text NOT NULL CHECK (octet_length(author_id) <= 128),
  ticker text NOT NULL CHECK (octet_length(ticker) <= 64),
  body text NOT NULL CHECK (octet_length(body) <= 40000 AND jsonb_typeof(body::jsonb) = 'object'),
  target_source text NOT NULL CHECK (octet_length(target_source) <= 128),
  target_source_id text NOT NULL CHECK (octet_length(target_source_id) <= 128),
  handed_in_by text NOT NULL CHECK (octet_length(handed_in_by) <= 128),
  said_ns bigint NOT NULL,
  received_ns bigint NOT NULL,
  UNIQUE (source, source_id, edited_ns));
CREATE INDEX updates_feed ON outcry.updates (txid, id);
CREATE INDEX updates_by_age ON outcry.updates (recorded_at);

CREATE TABLE outcry.trades (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  contributor text NOT NULL DEFAULT session_user,
  floor text NOT NULL CHECK (octet_length(floor) <= 64),
  source text NOT NULL CHECK (octet_length(source) BETWEEN 1 AND 128),
  source_id text NOT NULL CHECK (octet_length(source_id) BETWEEN 1 AND 128),
  bot_id text NOT NULL CHECK (octet_length(bot_id) <= 128),
  version bigint NOT NULL,
  state text NOT NULL CHECK (octet_length(state) <= 32),
  side text NOT NULL CHECK (octet_length(side) <= 16),
  wanted numeric NOT NULL,
  entered numeric NOT NULL,
  exited numeric NOT NULL,
  entry_price numeric NOT NULL,
  exit_price numeric NOT NULL,
  stop numeric NOT NULL,
  first_stop numeric NOT NULL,
  profit numeric NOT NULL,
  reason text NOT NULL CHECK (octet_length(reason) <= 2000),
  opened_ns bigint NOT NULL,
  closed_ns bigint NOT NULL,
  updated_ns bigint NOT NULL,
  UNIQUE (source, source_id, floor));

-- As the floor counts: one R is |entry - first stop| * entered; the drawdown is the largest fall of
-- the summed profit from its peak, by order of closing.
CREATE VIEW outcry.source_results AS
WITH closed AS (
  SELECT source, profit,
    CASE WHEN first_stop > 0 AND entered > 0 AND entry_price <> first_stop
      THEN profit / (abs(entry_price - first_stop) * entered) END AS r,
    sum(profit) OVER in_order AS sum
  FROM outcry.trades WHERE state = 'closed'
  WINDOW in_order AS (PARTITION BY source ORDER BY closed_ns, source_id, floor
                      ROWS UNBOUNDED PRECEDING)),
falls AS (
  SELECT source, sum(profit) AS profit, count(*) AS trades,
    count(*) FILTER (WHERE profit > 0) AS wins, count(*) FILTER (WHERE profit < 0) AS losses,
    count(r) AS r_trades, avg(r) AS average_r
  FROM closed GROUP BY source),
deepest AS (
  SELECT source, max(peak - sum) AS drawdown FROM (
    SELECT t.source, t.sum, greatest(0, max(t.sum) OVER (
      PARTITION BY t.source ORDER BY t.place ROWS UNBOUNDED PRECEDING)) AS peak
    FROM (SELECT source, sum(profit) OVER w AS sum, row_number() OVER w AS place
          FROM outcry.trades WHERE state = 'closed'
          WINDOW w AS (PARTITION BY source ORDER BY closed_ns, source_id, floor
                       ROWS UNBOUNDED PRECEDING)) t) peaks
  GROUP BY source)
SELECT s.source, s.signals, coalesce(f.trades, 0) AS trades, coalesce(f.wins, 0) AS wins,
  coalesce(f.losses, 0) AS losses, round(f.average_r, 12) AS average_r,
  coalesce(f.r_trades, 0) AS r_trades, coalesce(f.profit, 0) AS profit,
  greatest(coalesce(d.drawdown, 0), 0) AS drawdown
FROM (SELECT source, count(*) AS signals FROM outcry.signals GROUP BY source) s
LEFT JOIN falls f USING (source) LEFT JOIN deepest d USING (source);

CREATE FUNCTION outcry.tell() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE highest bigint;
BEGIN
  SELECT max(id) INTO highest FROM added;
  IF highest IS NOT NULL THEN
    PERFORM pg_notify('outcry_signals', TG_TABLE_NAME || ':' || highest);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tell AFTER INSERT ON outcry.raw_messages REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION outcry.tell();
CREATE TRIGGER tell AFTER INSERT ON outcry.signals REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION outcry.tell();
CREATE TRIGGER tell AFTER INSERT ON outcry.updates REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION outcry.tell();
)sql",
};

const char* const roles_sql = R"sql(
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['outcry_reader', 'outcry_contributor'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', name);
      EXCEPTION
        WHEN insufficient_privilege THEN
          RAISE NOTICE 'role % is missing and % may not make roles', name, current_user;
          CONTINUE;
        WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA outcry TO %I', name);
    EXECUTE format('GRANT SELECT ON outcry.schema_versions, outcry.about TO %I', name);
  END LOOP;
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'outcry_reader') THEN
    GRANT SELECT ON ALL TABLES IN SCHEMA outcry TO outcry_reader;
  END IF;
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'outcry_contributor') THEN
    GRANT INSERT (floor, source, source_id, edited_ns, deleted, trusted, author_id, author, body,
      sent_ns, received_ns, reply_to, handed_in_by, verdict, rule, reason, confidence, reading)
      ON outcry.raw_messages TO outcry_contributor;
    GRANT INSERT (floor, source, source_id, author_id, author, ticker, side, action, asset, call,
      confidence, handed_in_by, said_ns, received_ns) ON outcry.signals TO outcry_contributor;
    GRANT INSERT (floor, source, source_id, edited_ns, author_id, ticker, body, target_source,
      target_source_id, handed_in_by, said_ns, received_ns)
      ON outcry.updates TO outcry_contributor;
  END IF;
END $$;
)sql";

const char* const renumber_sql = R"sql(
DO $$
DECLARE
  ahead bigint := 0;
  moved bigint;
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['raw_messages', 'signals', 'updates', 'trades'] LOOP
    EXECUTE format('UPDATE outcry.%I SET txid = pg_current_xact_id()'
                   ' WHERE txid > pg_current_xact_id()', name);
    GET DIAGNOSTICS moved = ROW_COUNT;
    ahead := ahead + moved;
  END LOOP;
  IF ahead > 0 THEN
    UPDATE outcry.about SET value = md5(random()::text || clock_timestamp()::text)
      WHERE key = 'database';
  END IF;
END $$;
)sql";

}  // namespace outcry::postgres
