package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// All that is particular to PostgreSQL is in this file.

// oldestPostgres is the oldest version of the server that we speak to.
const oldestPostgres = 13

// postgresLimit is how long one transaction or read may take: most take
// milliseconds, so after that the network has fallen silent.
const postgresLimit = 20 * time.Second

// migrationSpace is where the lock of migrations is: "rnk".
const migrationSpace = 0x726e6b

func postgresEngine() *engine {
	same := func(text string) string { return text }
	return &engine{
		kind: PostgreSQL, query: same, ddl: same, explain: postgresError, transient: postgresTransient,
		remote: true, limit: postgresLimit,
		tables:    `SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`,
		column:    `SELECT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped)`,
		migrating: fmt.Sprintf(`SELECT pg_advisory_xact_lock(%d, 0)`, migrationSpace),
		identity:  postgresIdentity,
		connect:   postgresConnect, view: postgresView, tryLock: postgresTryLock,
	}
}

// postgresName returns the host and database of a URL: all the rest may hold a
// password.
func postgresName(at string) string {
	u, err := url.Parse(at)
	if err != nil {
		return "postgres://..."
	}
	return "postgres://" + u.Host + u.Path
}

// postgresConfig reads a URL, and sets what a connection is to be like. A lost
// connection is noticed by either side within half a minute, and what it held
// is let go.
func postgresConfig(at string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(at)
	if err != nil {
		return nil, errors.New("not the URL of a PostgreSQL database: postgres://user:password@host:port/database") // err may hold the password
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 5 * time.Second
	}
	dialer := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3,
	}}
	config.DialFunc = dialer.DialContext
	for name, value := range map[string]string{
		"application_name":                    "renkei",
		"client_encoding":                     "UTF8",
		"lock_timeout":                        "10s",
		"statement_timeout":                   "20s",
		"idle_in_transaction_session_timeout": "30s",
		"tcp_keepalives_idle":                 "10",
		"tcp_keepalives_interval":             "5",
		"tcp_keepalives_count":                "3",
	} {
		if _, set := config.RuntimeParams[name]; !set {
			config.RuntimeParams[name] = value
		}
	}
	return config, nil
}

// postgresConnect looks at the server before it is used.
func postgresConnect(ctx context.Context, at string, opts Options) (p pools, err error) {
	config, err := postgresConfig(at)
	if err != nil {
		return p, err
	}
	p.write = stdlib.OpenDB(*config, stdlib.OptionAfterConnect(makeDurable))
	p.write.SetMaxIdleConns(4)
	p.read = stdlib.OpenDB(*config)
	p.read.SetMaxOpenConns(opts.Readers)
	p.read.SetMaxIdleConns(opts.Readers)
	return p, inspect(ctx, p.read, opts.Logger)
}

// makeDurable has commits wait for the disk where the server would not.
func makeDurable(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false)
		WHERE current_setting('synchronous_commit') = 'off'`)
	return err
}

// inspect returns ErrOldServer where the server is too old, and warns of
// settings under which a power cut loses what was committed.
func inspect(ctx context.Context, db *sql.DB, log *slog.Logger) error {
	var version int
	var fsync, pages, commit string
	err := db.QueryRowContext(ctx, `SELECT current_setting('server_version_num')::int, current_setting('fsync'),
		current_setting('full_page_writes'), current_setting('synchronous_commit')`).Scan(&version, &fsync, &pages, &commit)
	if err != nil {
		return err
	}
	if version < oldestPostgres*10000 {
		return fmt.Errorf("%w: its version is %d, at least %d is needed", ErrOldServer, version/10000, oldestPostgres)
	}
	for setting, value := range map[string]string{"fsync": fsync, "full_page_writes": pages} {
		if value == "off" {
			log.Warn("database_not_durable", "setting", setting, "value", value)
		}
	}
	if commit == "off" {
		log.Warn("database_setting_overridden", "setting", "synchronous_commit", "value", commit)
	}
	return nil
}

// postgresView opens a connection whose transaction may wait for a slow
// consumer between its reads.
func postgresView(_ context.Context, at string) (*sql.DB, error) {
	config, err := postgresConfig(at)
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["idle_in_transaction_session_timeout"] = "0"
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(1)
	return db, nil
}

// postgresIdentity sets the sequences of a table behind its last rows.
func postgresIdentity(ctx context.Context, tx *sql.Tx, table string) error {
	var column string
	err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(column_name), '') FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = $1 AND is_identity = 'YES'`, table).Scan(&column)
	if err != nil || column == "" { // a table has at most one
		return err
	}
	// Both names come from the catalogue, and are quoted.
	next := "SELECT setval(pg_get_serial_sequence($1, $2), MAX(" + quote(column) + ")) FROM " + quote(table) + " HAVING MAX(" + quote(column) + ") > 0" //nolint:gosec // as said
	_, err = tx.ExecContext(ctx, next, quote(table), column)
	return err
}

// postgresTryLock holds an advisory lock, which ends with its connection.
func postgresTryLock(ctx context.Context, db *sql.DB, space int32, number int64) (release func(), ok bool, err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, false, err
	}
	err = conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1::int, $2::int)`, space, number).Scan(&ok)
	if err != nil || !ok {
		return nil, false, errors.Join(err, conn.Close())
	}
	return func() {
		// The connection is thrown away, and the lock with it.
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}, true, nil
}

// postgresError adds an error of this package where callers tell it apart.
func postgresError(err error) error {
	if own := postgresKind(err); own != nil && !errors.Is(err, own) {
		return fmt.Errorf("%w: %w", own, err)
	}
	return err
}

// postgresKind goes by the codes in appendix A of PostgreSQL's manual.
func postgresKind(err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		if postgresTransient(err) {
			return ErrUnreachable
		}
		return nil
	}
	switch e.Code {
	case "23505", "23503": // what may be there already is written so that it is no error
		return ErrConflict
	case "28000", "28P01", "42501":
		return ErrDenied
	case "3D000":
		return ErrNoDatabase
	case "53100", "54000":
		return ErrFull
	case "58030":
		return ErrDisk
	case "25006":
		return ErrReadOnly
	case "XX001", "XX002":
		return ErrDamaged
	case "22021": // a zero byte, or no UTF-8
		return ErrInvalid
	}
	if postgresTransient(err) {
		return ErrUnreachable
	}
	return nil
}

// postgresTransient reports whether the connection was lost, or the server is
// starting, stopping, or too busy.
func postgresTransient(err error) bool {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		switch e.Code {
		case "57P01", "57P02", "57P03", // stopped, crashed, not yet started
			"57014", "55P03", "25P03", // a timeout of ours
			"40001", "40P01", // undone in favour of another transaction
			"53300": // too many connections
			return true
		}
		return e.Code[:2] == "08" // the connection
	}
	var network net.Error
	var connect *pgconn.ConnectError
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrTxDone) ||
		errors.Is(err, context.DeadlineExceeded)
}
