package paper

import (
	"strings"

	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// when says in words what a release waits for; "" for a plain time.
func (w *words) when(in *scenario.Inject) string {
	tr := in.Trigger
	var parts []string
	add := func(key string, args i18n.Args) { parts = append(parts, w.t("when."+key, args)) }
	switch {
	case tr.After != "" && tr.Delay > 0:
		add("after_delay", i18n.Args{"Key": tr.After, "Time": w.length(tr.Delay)})
	case tr.After != "":
		add("after", i18n.Args{"Key": tr.After})
	}
	if in.Branch != "" {
		add("branch", i18n.Args{"Branch": w.branch(in.Branch)})
	}
	if tr.When != nil {
		add("if", i18n.Args{"Condition": tr.When.Source})
	}
	if tr.Lag > 0 {
		add("lag", i18n.Args{"Time": w.length(tr.Lag)})
	}
	if tr.Within > 0 {
		add("within", i18n.Args{"Time": w.length(tr.Within)})
	}
	if tr.Unless != nil {
		add("unless", i18n.Args{"Condition": tr.Unless.Source})
	}
	return strings.Join(parts, w.t("list"))
}

// decided says when a decision is taken, where that is no plain time.
func (w *words) decided(d *scenario.Decision) string {
	key := "each"
	if d.All {
		key = "all"
	}
	scope := w.t("scope." + key)
	switch {
	case d.After == "":
		return scope
	case d.Delay > 0:
		return scope + w.t("list") + w.t("when.after_delay", i18n.Args{"Key": d.After, "Time": w.length(d.Delay)})
	}
	return scope + w.t("list") + w.t("when.after", i18n.Args{"Key": d.After})
}
