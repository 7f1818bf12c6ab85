-- SPDX-License-Identifier: MIT
-- The tables of .ronin/state.db, version 10. spec/format/state-db.md tells
-- what each means.

CREATE TABLE stamp (
    value BLOB NOT NULL
);
INSERT INTO stamp VALUES (randomblob(16));

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

INSERT INTO setting VALUES ('hash', 'xxh3');

CREATE TABLE build_file (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE
);

CREATE TABLE dir (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE
);

CREATE TABLE file (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent INTEGER NOT NULL,
    name BLOB,
    latest INTEGER NOT NULL DEFAULT 0,
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
    len INTEGER,
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
    manifest INTEGER,
    latest INTEGER,
    made INTEGER,
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
    manifest INTEGER,
    previous INTEGER,
    why INTEGER NOT NULL,
    output BLOB
);

CREATE TABLE why (
    id INTEGER PRIMARY KEY,
    len INTEGER NOT NULL,
    text BLOB NOT NULL
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

CREATE TABLE folder (
    path BLOB PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE warned (
    action INTEGER PRIMARY KEY,
    count INTEGER NOT NULL
);
