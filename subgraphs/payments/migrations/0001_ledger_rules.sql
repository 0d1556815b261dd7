-- Every transaction of the ledger has entries, and they sum to zero in each currency: judged at COMMIT.
CREATE FUNCTION ledger_transaction_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	transaction uuid := CASE WHEN TG_TABLE_NAME = 'ledger_transactions' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'transaction_id')::uuid END;
	broken record;
BEGIN
	SELECT currency, sum(amount_minor) AS total INTO broken
	FROM ledger_entries WHERE transaction_id = transaction
	GROUP BY currency HAVING sum(amount_minor) <> 0 LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'ledger transaction % is off by % %', transaction, broken.total, broken.currency USING ERRCODE = 'check_violation';
	END IF;
	IF TG_TABLE_NAME = 'ledger_transactions' AND NOT EXISTS (SELECT FROM ledger_entries WHERE transaction_id = transaction) THEN
		RAISE EXCEPTION 'ledger transaction % has no entries', transaction USING ERRCODE = 'check_violation';
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER ledger_transactions_balance AFTER INSERT ON ledger_transactions
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_transaction_balances();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entries
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_transaction_balances();
--> statement-breakpoint
-- The service's role may not change the ledger by its grants; this holds for the tables' owner too.
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the ledger is append only: correct it with another transaction' USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER ledger_transactions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transactions
	FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
--> statement-breakpoint
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
	FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
