-- SPDX-License-Identifier: MIT
-- Brings tables of version 2 to version 3: numbers in place of keys, paths and
-- hashes. Runs inside one transaction; key_hash is a function of ours.

ALTER TABLE stamp RENAME TO old_stamp;
ALTER TABLE build_file RENAME TO old_build_file;
ALTER TABLE file RENAME TO old_file;
ALTER TABLE version RENAME TO old_version;
ALTER TABLE command RENAME TO old_command;
ALTER TABLE manifest RENAME TO old_manifest;
ALTER TABLE record RENAME TO old_record;
ALTER TABLE run RENAME TO old_run;
ALTER TABLE action_run RENAME TO old_action_run;
ALTER TABLE output RENAME TO old_output;
ALTER TABLE removed RENAME TO old_removed;
ALTER TABLE listing RENAME TO old_listing;

CREATE TABLE stamp (
    value BLOB NOT NULL
);
INSERT INTO stamp VALUES (randomblob(16));

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE build_file (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE
);

CREATE TABLE dir (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE
);

CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    dir INTEGER NOT NULL,
    name BLOB NOT NULL,
    version INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    file INTEGER NOT NULL,
    bits INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_after INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    hash BLOB
);

CREATE TABLE command (
    id INTEGER PRIMARY KEY,
    base INTEGER,
    hash BLOB NOT NULL,
    len INTEGER NOT NULL,
    text BLOB NOT NULL
);

CREATE TABLE manifest (
    id INTEGER PRIMARY KEY,
    command INTEGER NOT NULL,
    hash BLOB NOT NULL,
    body BLOB NOT NULL
);

CREATE TABLE action (
    id INTEGER PRIMARY KEY,
    build_file INTEGER NOT NULL,
    key_hash INTEGER NOT NULL,
    status INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL DEFAULT 0,
    manifest INTEGER NOT NULL DEFAULT 0,
    latest INTEGER NOT NULL DEFAULT 0,
    value BLOB,
    key BLOB NOT NULL
);
CREATE INDEX action_key ON action (key_hash);

CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    build_file INTEGER NOT NULL,
    graph INTEGER NOT NULL DEFAULT 0,
    arguments BLOB NOT NULL,
    started_unix_us INTEGER NOT NULL,
    ended_unix_us INTEGER NOT NULL DEFAULT 0,
    exit_status INTEGER NOT NULL DEFAULT 0,
    ran INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    up_to_date INTEGER NOT NULL DEFAULT 0,
    cut_off INTEGER NOT NULL DEFAULT 0
);

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
    reasons BLOB,
    output BLOB
);

CREATE TABLE graph (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    build_file INTEGER NOT NULL,
    hash BLOB NOT NULL,
    actions BLOB NOT NULL
);

CREATE TABLE output (
    file INTEGER NOT NULL,
    build_file INTEGER NOT NULL,
    action INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (file, build_file)
) WITHOUT ROWID;

CREATE TABLE removed (
    run INTEGER NOT NULL,
    file INTEGER NOT NULL
);

CREATE TABLE listing (
    action INTEGER NOT NULL,
    dir BLOB NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (action, dir)
) WITHOUT ROWID;

-- The new ones are empty: what follows fills them.

INSERT INTO setting VALUES ('hash', 'xxh3');
INSERT INTO build_file SELECT id, path FROM old_build_file;
INSERT INTO file SELECT id, 0, path, version FROM old_file;
INSERT INTO version
    SELECT id, file, kind | (settled << 3) | (mode << 4), size, mtime_ns,
        ctime_ns - mtime_ns, inode, hash
    FROM old_version;

INSERT INTO command (hash, len, text)
    SELECT hash, length(text), text FROM old_command;
CREATE INDEX command_hash ON command (hash);
INSERT INTO manifest (command, hash, body)
    SELECT c.id, m.hash, m.body
    FROM old_manifest AS m JOIN command AS c ON c.hash = m.command;
DROP INDEX command_hash;
CREATE INDEX manifest_hash ON manifest (hash);

INSERT INTO action (build_file, key_hash, status, run, manifest, value, key)
    SELECT build_file, key_hash(key), status, run,
        coalesce((SELECT id FROM manifest AS m
            WHERE m.hash = r.manifest), 0), value, key
    FROM old_record AS r;
INSERT INTO action (build_file, key_hash, key)
    SELECT DISTINCT build_file, key_hash(key), key
    FROM (SELECT build_file, key FROM old_action_run
        UNION SELECT build_file, key FROM old_output
        UNION SELECT build_file, key FROM old_listing) AS o
    WHERE NOT EXISTS (SELECT 1 FROM old_record AS r
        WHERE r.build_file = o.build_file AND r.key = o.key);

INSERT INTO run (id, build_file, arguments, started_unix_us, ended_unix_us,
        exit_status, ran, failed, up_to_date)
    SELECT id, build_file, arguments, started_unix_us, ended_unix_us,
        exit_status, ran, failed, up_to_date
    FROM old_run;
INSERT INTO action_run
    SELECT o.id, a.id, o.run, o.status,
        o.started_unix_us - coalesce((SELECT started_unix_us FROM old_run AS r
            WHERE r.id = o.run), 0),
        duration_us, cpu_us, peak_kib, exit_code, signal,
        coalesce((SELECT id FROM manifest AS m
            WHERE m.hash = o.manifest), 0),
        coalesce((SELECT id FROM manifest AS m
            WHERE m.hash = o.previous), 0), reasons, output
    FROM old_action_run AS o JOIN action AS a
        ON a.key_hash = key_hash(o.key) AND a.key = o.key
        AND a.build_file = o.build_file;
UPDATE action SET latest = coalesce((SELECT max(id) FROM old_action_run AS o
    WHERE o.build_file = action.build_file AND o.key = action.key), 0);
DROP INDEX manifest_hash;

INSERT INTO output
    SELECT f.id, o.build_file, a.id, o.version
    FROM old_output AS o JOIN old_file AS f ON f.path = o.path JOIN action AS a
        ON a.key_hash = key_hash(o.key) AND a.key = o.key
        AND a.build_file = o.build_file;
INSERT INTO removed
    SELECT o.run, f.id FROM old_removed AS o JOIN old_file AS f
        ON f.path = o.path;
INSERT INTO listing
    SELECT a.id, o.dir, o.entries
    FROM old_listing AS o JOIN action AS a
        ON a.key_hash = key_hash(o.key) AND a.key = o.key
        AND a.build_file = o.build_file;

-- Numbers are never used twice.
DELETE FROM sqlite_sequence WHERE name IN ('version', 'run');
INSERT INTO sqlite_sequence SELECT 'version', seq FROM sqlite_sequence
    WHERE name = 'old_version';
INSERT INTO sqlite_sequence SELECT 'run', seq FROM sqlite_sequence
    WHERE name = 'old_run';

DROP TABLE old_stamp;
DROP TABLE old_build_file;
DROP TABLE old_file;
DROP TABLE old_version;
DROP TABLE old_command;
DROP TABLE old_manifest;
DROP TABLE old_record;
DROP TABLE old_run;
DROP TABLE old_action_run;
DROP TABLE old_output;
DROP TABLE old_removed;
DROP TABLE old_listing;
