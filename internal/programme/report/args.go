package report

import "renkei/internal/i18n"

func args(name string, value any) i18n.Args { return i18n.Args{name: value} }
