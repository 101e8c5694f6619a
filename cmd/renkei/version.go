package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version prints what was built: module version or commit, and the platform.
func version(_ context.Context, e *env, args []string) error {
	f := e.flags("version", "")
	if _, done, err := f.parse(args, 0, 0); done || err != nil {
		return err
	}
	fmt.Fprintf(e.out, "renkei %s %s %s/%s\n", build(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// build is the version and commit of the program.
func build() string {
	v, commit := "devel", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if m := info.Main.Version; m != "" && m != "(devel)" {
			v = m
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = " " + s.Value[:min(12, len(s.Value))]
			}
		}
	}
	return v + commit
}
