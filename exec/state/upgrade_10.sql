-- SPDX-License-Identifier: MIT
-- Brings tables of version 9 to version 10: rows name others by the difference to
-- their own number; an action that is named like a file which it made has the
-- number of the file in place of the name, and what it made in its row. Runs inside
-- one transaction; key_hash is a function of ours.

ALTER TABLE command RENAME TO old_command;
CREATE TABLE command (
    id INTEGER PRIMARY KEY,
    base INTEGER,
    len INTEGER,
    text BLOB NOT NULL
);
INSERT INTO command SELECT id, base - id, len, text FROM old_command;

ALTER TABLE manifest RENAME TO old_manifest;
CREATE TABLE manifest (
    id INTEGER PRIMARY KEY,
    command INTEGER NOT NULL,
    hash BLOB NOT NULL,
    body BLOB NOT NULL
);
INSERT INTO manifest SELECT id, command - id, hash, body FROM old_manifest;

CREATE TABLE named (
    path BLOB PRIMARY KEY,
    file INTEGER NOT NULL
) WITHOUT ROWID;
INSERT OR IGNORE INTO named
    SELECT CAST(coalesce(d.path, '') || f.name AS BLOB), f.id
    FROM file AS f LEFT JOIN dir AS d ON d.id = f.parent
    WHERE f.name IS NOT NULL;

ALTER TABLE action RENAME TO old_action;
DROP INDEX action_key;
CREATE TABLE action (
    id INTEGER PRIMARY KEY,
    build_file INTEGER NOT NULL,
    key_hash INTEGER NOT NULL,
    status INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL DEFAULT 0,
    manifest INTEGER,
    latest INTEGER,
    made INTEGER,
    value BLOB,
    key BLOB NOT NULL
);
INSERT INTO action
    SELECT a.id, a.build_file, key_hash(a.key), status, run,
        nullif(manifest, 0) - a.id, nullif(latest, 0) - a.id,
        o.version - o.file, value, coalesce(o.file, a.key)
    FROM old_action AS a LEFT JOIN named AS n ON n.path = a.key
        LEFT JOIN output AS o ON o.file = n.file AND o.action = a.id
        AND o.build_file = a.build_file;
CREATE INDEX action_key ON action (key_hash);
DELETE FROM output WHERE (file, action) IN (SELECT key, id FROM action);

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
    manifest INTEGER,
    previous INTEGER,
    why INTEGER NOT NULL,
    output BLOB
);
INSERT INTO action_run
    SELECT id, action - id, run, status, started_after_us, duration_us, cpu_us,
        peak_kib, exit_code, signal, nullif(manifest, 0) - id,
        nullif(previous, 0) - id, why, output
    FROM old_action_run;

-- Of a file that anybody may read and its owner write, the bits take a byte.
UPDATE file SET bits = (bits | 420 * 16) - (bits & 420 * 16);

DROP TABLE named;
DROP TABLE old_command;
DROP TABLE old_manifest;
DROP TABLE old_action;
DROP TABLE old_action_run;
