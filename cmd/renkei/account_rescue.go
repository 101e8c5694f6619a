package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"renkei/internal/i18n"
	"renkei/internal/server"
)

// accountRescue lets somebody in again who has lost everything.
func accountRescue(ctx context.Context, e *env, args []string) error {
	f := e.flags("account rescue", "DIR|FILE.db|URL LOGIN")
	base := ""
	f.stringVar(&base, "public-url", "")
	pos, done, err := f.parse(args, 2, 2)
	if done || err != nil {
		return err
	}
	var place string
	if readDB(pos[0], &place) != "" {
		return f.wrong(e.p.T("cli.place.bad_url"))
	}
	path, err := server.Rescue(ctx, place, pos[1])
	var none *server.NoLoginError
	if errors.As(err, &none) {
		return &plainError{e.p.T("cli.account.rescue.none", i18n.Args{"Login": none.Login, "Secretaries": strings.Join(none.Secretaries, ", ")})}
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(e.out, e.p.T("cli.account.rescue.done", i18n.Args{"Login": pos[1], "URL": strings.TrimSuffix(base, "/") + path}))
	return nil
}
