-- SPDX-License-Identifier: MIT
-- The tables of .ronin/state.db, version 2. spec/format/state-db.md tells
-- what each means.

CREATE TABLE stamp (
    value BLOB NOT NULL
);
INSERT INTO stamp VALUES (randomblob(16));

CREATE TABLE build_file (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE
);

CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,
    version INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    file INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    mode INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    hash BLOB
);

CREATE TABLE command (
    hash BLOB PRIMARY KEY,
    text BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE manifest (
    hash BLOB PRIMARY KEY,
    command BLOB NOT NULL,
    body BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE record (
    build_file INTEGER NOT NULL,
    key BLOB NOT NULL,
    status INTEGER NOT NULL,
    run INTEGER NOT NULL,
    manifest BLOB,
    value BLOB,
    PRIMARY KEY (build_file, key)
) WITHOUT ROWID;

CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    build_file INTEGER NOT NULL,
    arguments BLOB NOT NULL,
    started_unix_us INTEGER NOT NULL,
    ended_unix_us INTEGER NOT NULL DEFAULT 0,
    exit_status INTEGER NOT NULL DEFAULT 0,
    ran INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    up_to_date INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE action_run (
    id INTEGER PRIMARY KEY,
    build_file INTEGER NOT NULL,
    key BLOB NOT NULL,
    run INTEGER NOT NULL,
    status INTEGER NOT NULL,
    started_unix_us INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    cpu_us INTEGER NOT NULL,
    peak_kib INTEGER NOT NULL,
    exit_code INTEGER NOT NULL,
    signal INTEGER NOT NULL,
    output BLOB,
    reasons BLOB,
    manifest BLOB,
    previous BLOB
);
CREATE INDEX action_run_key ON action_run (build_file, key);

CREATE TABLE output (
    build_file INTEGER NOT NULL,
    path BLOB NOT NULL,
    key BLOB NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (build_file, path)
) WITHOUT ROWID;
CREATE INDEX output_path ON output (path);

CREATE TABLE removed (
    run INTEGER NOT NULL,
    path BLOB NOT NULL
);

CREATE TABLE listing (
    build_file INTEGER NOT NULL,
    key BLOB NOT NULL,
    dir BLOB NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (build_file, key, dir)
) WITHOUT ROWID;
