-- SPDX-License-Identifier: MIT
-- Brings tables of version 8 to version 9: why actions ran stands apart, each text
-- once. Runs inside one transaction.

CREATE TABLE why (
    id INTEGER PRIMARY KEY,
    len INTEGER NOT NULL,
    text BLOB NOT NULL
);
INSERT INTO why (len, text)
    SELECT DISTINCT 0, reasons FROM action_run WHERE reasons IS NOT NULL;
CREATE INDEX why_text ON why (text);

ALTER TABLE action_run RENAME TO old_action_run;
CREATE TABLE action_run (
    id INTEGER PRIMARY KEY,
    action INTEGER NOT NULL,
    run INTEGER NOT NULL,
    status INTEGER NOT NULL,
    started_after_us INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    cpu_us INTEGER NOT NULL,
    peak_kib INTEGER NOT NULL,
    exit_code INTEGER NOT NULL,
    signal INTEGER NOT NULL,
    manifest INTEGER NOT NULL,
    previous INTEGER NOT NULL,
    why INTEGER NOT NULL,
    output BLOB
);
INSERT INTO action_run
    SELECT o.id, action, run, status, started_after_us, duration_us, cpu_us,
        peak_kib, exit_code, signal, manifest, previous, coalesce(w.id, 0),
        output
    FROM old_action_run AS o LEFT JOIN why AS w ON w.text = o.reasons;

DROP INDEX why_text;
DROP TABLE old_action_run;
