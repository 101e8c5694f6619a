package web

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// exconKey is what of EXCON the reader is, for a view.
func (r *request) exconKey() string {
	switch {
	case r.access.Directs(r.hall.ID):
		return "directs"
	case r.access.Controls(r.hall.ID):
		return "controls"
	}
	return "observes"
}

// steers reports whether the page may hold forms that change play: for EXCON,
// and for the present only.
func (r *request) steers() bool { return r.access.Controls(r.hall.ID) && !r.URL.Query().Has("at") }

// leads is steers for what only the director may.
func (r *request) leads() bool { return r.access.Directs(r.hall.ID) && !r.URL.Query().Has("at") }

// readsKeys reports whether the reader may see keys, marks and the notes of
// controllers. Observers read the rest of what EXCON reads.
func (r *request) readsKeys() bool { return r.access.Controls(r.hall.ID) }

// exconEvents are the events that the reader may see on a page of EXCON; see
// live.Moment.Events.
func (s *scene) exconEvents(before uint64, n int, keep func(e *exercise.Event) bool) []exercise.Event {
	return s.Events(s.r.access.Viewer(s.r.hall.ID), before, n, func(e *exercise.Event) bool { return s.mayRead(e) && keep(e) })
}

// fullName is the name of a unit, of a cell with its team's before it; the key
// where it is unknown.
func (s *scene) fullName(key string) string {
	team, _, isCell := strings.Cut(key, "/")
	if !isCell {
		return s.unitName(key)
	}
	return s.r.t("excon.cell", i18n.Args{"Team": s.unitName(team), "Cell": s.unitName(key)})
}

// injectTitle is the MSEL's title of an inject, for EXCON.
func injectTitle(st *exercise.State, i int, lang string) string {
	if added := st.Added(i); added != nil {
		return added.Title.In(lang, "en")
	}
	return st.Play().Pack.Injects[i].Title.In(lang, "en")
}

// injectName is an inject by key and title.
func (s *scene) injectName(key string) string {
	i, ok := s.st.InjectIndex(key)
	if !ok {
		return key
	}
	return s.r.t("excon.named", i18n.Args{"Key": key, "Title": injectTitle(s.st, i, s.r.p.Lang())})
}

// taskName is a task with the inject that asks it.
func (s *scene) taskName(key string) string {
	inject := s.askedBy(key)
	if inject == "" {
		return key
	}
	return s.r.t("excon.task", i18n.Args{"Task": key, "Inject": s.injectName(inject)})
}

// askedBy is the key of the inject that asks a task; "" for an unknown one.
func (s *scene) askedBy(task string) string {
	if _, inject, _ := s.st.Play().Pack.TaskByKey(task); inject != nil {
		return inject.Key
	}
	key, _, _ := strings.Cut(task, ".") // one that EXCON made up: "#12.1"
	if _, ok := s.st.InjectIndex(key); !ok {
		return ""
	}
	return key
}

// span is how long something has lasted, in words: minutes, then hours.
func (r *request) span(t exercise.Time) string {
	minutes := int(max(t, 0) / (60 * exercise.Second))
	if minutes < 60 {
		return r.t("excon.minutes", i18n.Args{"M": minutes})
	}
	return r.t("excon.hours", i18n.Args{"H": minutes / 60, "M": minutes % 60})
}

// with is the reader's address within the page, with some of its query changed;
// "" takes a parameter away.
func (r *request) with(changes ...string) string {
	q := r.URL.Query()
	for i := 0; i+1 < len(changes); i += 2 {
		if q.Del(changes[i]); changes[i+1] != "" {
			q.Set(changes[i], changes[i+1])
		}
	}
	if len(q) == 0 {
		return r.URL.Path
	}
	return r.URL.Path + "?" + q.Encode()
}

// exconUnit is a unit to choose.
type exconUnit struct {
	key, name string
	team      bool
}

// exconUnits are all units, each team followed by its cells.
func (s *scene) exconUnits() []exconUnit {
	units := s.st.Play().Cast.Units
	all := make([]exconUnit, len(units))
	for u := range units {
		all[u] = exconUnit{units[u].Key, s.fullName(units[u].Key), units[u].IsTeam()}
	}
	return all
}

// list joins names.
func (r *request) list(names []string) string { return strings.Join(names, r.t("list.comma")) }

// query is the reader's query with some of it changed, as with does.
func (r *request) query(changes ...string) string {
	return strings.TrimPrefix(r.with(changes...), r.URL.Path)
}
