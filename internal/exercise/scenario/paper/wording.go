package paper

import (
	"time"

	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// Wording words the MSEL for other pages as it stands on paper.
type Wording struct {
	w    *words
	plan *plan
}

// NewWording gives the words for a pack in a reader's language.
func NewWording(p *i18n.Printer, pack *scenario.Pack) *Wording {
	return &Wording{&words{p: p, pack: pack, lang: p.Lang()}, newPlan(pack)}
}

// When says what the release of an inject waits for; "" for a plain time.
func (w *Wording) When(in *scenario.Inject) string { return w.w.when(in) }

// Planned is when an inject comes at the earliest, from STARTEX on, and how
// that is written.
func (w *Wording) Planned(in *scenario.Inject) (at time.Duration, written string) {
	m := w.plan.inject(in)
	return m.at, w.w.planned(m)
}

// To says to whom an audience of the pack, such as "cell:hospital", goes.
func (w *Wording) To(to string) string { return w.w.to(to) }

// Phase is the title of a phase.
func (w *Wording) Phase(key string) string { return w.w.phase(key) }

// Roles names roles within a unit.
func (w *Wording) Roles(keys []string) string { return w.w.roles(keys) }

// Mode says by which way an inject is given; "" where the pack does not say.
func (w *Wording) Mode(mode string) string {
	if mode == "" {
		return ""
	}
	return w.w.t("mode." + mode)
}
