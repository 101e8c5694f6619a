package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"renkei/internal/database"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/transfer"
	"renkei/internal/i18n"
	"renkei/internal/server"
)

// exerciseVerify says whether logs hold, and whether one is unchanged.
func exerciseVerify(ctx context.Context, e *env, args []string) error {
	f := e.flags("exercise verify", "ARCHIVE|LOG|DIR|FILE.db|URL")
	o := transfer.VerifyOptions{Meter: e.meter(), Areas: server.Stored()}
	f.stringVar(&o.Exercise, "exercise", "")
	f.value("head", func(s string) string { return readHead(s, &o.Known) })
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	if readDB(pos[0], &o.At) != "" {
		return f.wrong(e.p.T("cli.place.bad_url"))
	}
	all, err := transfer.Verify(ctx, o)
	e.endMeter()
	failed := false
	for _, v := range all {
		failed = e.verified(v) || failed
	}
	if err == nil && len(all) == 0 {
		return &plainError{e.p.T("cli.exercise.verify.empty", i18n.Args{"Place": database.Name(o.At)})}
	}
	if err == nil && failed {
		return errFailed
	}
	return err
}

// readHead takes SEQ:CHAIN, or the chain alone as a report prints it.
func readHead(s string, to **transfer.KnownHead) string {
	var known transfer.KnownHead
	chain := strings.ToLower(strings.TrimSpace(s))
	if seq, rest, ok := strings.Cut(chain, ":"); ok {
		n, err := strconv.ParseUint(seq, 10, 63)
		if err != nil || n == 0 {
			return "cli.exercise.verify.bad_head"
		}
		known.Seq, chain = n, strings.TrimSpace(rest)
	}
	if known.Chain.UnmarshalText([]byte(chain)) != nil {
		return "cli.exercise.verify.bad_head"
	}
	*to = &known
	return ""
}

// verified tells what is known of an exercise, and reports whether that is bad.
func (e *env) verified(v transfer.Verified) (failed bool) {
	args := i18n.Args{
		"Exercise": v.Exercise, "Events": v.Events, "Contents": v.Contents, "Head": head(v.Head),
		"Seq": v.Matched.Seq, "More": v.Head.Seq - min(v.Matched.Seq, v.Head.Seq), "Redacted": v.Redacted,
	}
	if v.Err != nil {
		args["Cause"] = e.explain(v.Err)
		fmt.Fprintln(e.out, e.p.T("cli.exercise.verify.broken", args))
		return true
	}
	fmt.Fprintln(e.out, e.p.T("cli.exercise.verify."+answer(v), args))
	switch {
	case v.Redacted > 0 && v.Clearance != scenario.TLPNone:
		args["Label"] = "TLP:" + v.Clearance.String()
		fmt.Fprintln(e.out, "  "+e.p.T("cli.exercise.verify.left_out_for", args))
	case v.Redacted > 0:
		fmt.Fprintln(e.out, "  "+e.p.T("cli.exercise.verify.left_out", args))
	}
	return v.Match == transfer.HeadShort || v.Match == transfer.HeadOther
}

// answer is the key of the sentence about a log that holds.
func answer(v transfer.Verified) string {
	switch {
	case v.Match == transfer.HeadUnknown:
		return "consistent"
	case v.Match == transfer.HeadShort:
		return "short"
	case v.Match == transfer.HeadOther && v.Matched.Seq == 0:
		return "unknown"
	case v.Match == transfer.HeadOther:
		return "other"
	case v.Matched.Seq < v.Head.Seq:
		return "grown"
	}
	return "unchanged"
}
