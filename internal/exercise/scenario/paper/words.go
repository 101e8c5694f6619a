package paper

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// words gives texts in the language of the reader.
type words struct {
	p    *i18n.Printer
	pack *scenario.Pack
	lang string // of the pack's own texts
}

func (w *words) t(key string, args ...i18n.Args) string { return w.p.T("paper."+key, args...) }

// in gives a text of the pack.
func (w *words) in(t scenario.Text) string {
	return t.In(append([]string{w.lang}, w.pack.Languages...)...)
}

// clock writes a time from STARTEX as h:mm, with seconds where there are some.
func clock(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	if s != 0 {
		return fmt.Sprintf("%s%d:%02d:%02d", sign, h, m, s)
	}
	return fmt.Sprintf("%s%d:%02d", sign, h, m)
}

// planned is "T+0:04", or "T+0:04 or later".
func (w *words) planned(m moment) string {
	if m.early {
		return w.t("from_on", i18n.Args{"Time": "T+" + clock(m.at)})
	}
	return "T+" + clock(m.at)
}

// length writes a duration in words of its own: 90 s, 5 min, 1 h 30 min.
func (w *words) length(d time.Duration) string {
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	var b strings.Builder
	for _, part := range []struct {
		n   int
		key string
	}{{h, "hours"}, {m, "minutes"}, {s, "seconds"}} {
		if part.n > 0 {
			b.WriteString(w.t("length."+part.key, i18n.Args{"N": part.n}))
		}
	}
	if b.Len() == 0 {
		b.WriteString(w.t("length.seconds", i18n.Args{"N": 0}))
	}
	return strings.TrimSpace(b.String())
}

// to says to whom an inject goes.
func (w *words) to(to string) string {
	if key, ok := strings.CutPrefix(to, scenario.CellPrefix); ok {
		for _, c := range w.pack.Units.Cells {
			if c.Key == key {
				return w.t("to.cell", i18n.Args{"Cell": w.in(c.Name)})
			}
		}
		return to
	}
	if key, ok := strings.CutPrefix(to, scenario.PersonaPrefix); ok {
		return w.persona(key)
	}
	return w.t("to." + to)
}

// persona names a simulated sender.
func (w *words) persona(key string) string {
	if s := w.pack.PersonaByKey(key); s != nil {
		return w.in(s.Name)
	}
	return key
}

func (w *words) phase(key string) string {
	i := slices.IndexFunc(w.pack.Phases, func(p scenario.Phase) bool { return p.Key == key })
	if i < 0 {
		return key
	}
	return w.in(w.pack.Phases[i].Title)
}

func (w *words) roles(keys []string) string {
	var names []string
	for _, key := range keys {
		name := key
		for _, r := range w.pack.Roles {
			if r.Key == key {
				name = w.in(r.Title)
			}
		}
		names = append(names, name)
	}
	return strings.Join(names, w.t("list"))
}

func (w *words) branch(key string) string {
	if d := w.pack.DecisionOf(key); d != nil {
		for _, b := range d.Branches {
			if b.Key == key {
				return key + " (" + w.in(b.Title) + ")"
			}
		}
	}
	return key
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
