// Package onpaper reads the sheet on which people wrote down what they did
// while there was no server, and turns its rows into commands. It may import
// exercise, scenario/msel (for issues) and scenario/sheet. Start with Read.
package onpaper

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"renkei/internal/exercise"
	"renkei/internal/scenario"
	"renkei/internal/scenario/msel"
	"renkei/internal/scenario/sheet"
)

// Row is one thing that was done.
type Row struct {
	Ref  string // of its first cell
	Key  string // the same for the same content, for idempotency
	Text string // what it says, as it is written
	Do   exercise.Enter
}

// heads are the words by which columns are known.
func heads() map[string]string {
	return map[string]string{
		"time": "time at when doneat 時刻 実施時刻 時間 日時 heure", "unit": "unit who team from ユニット チーム 実施者 発信者 équipe unité",
		"what": "what action event 内容 種類 行動 行為 quoi action", "item": "item inject task key 対象 状況付与 課題 番号 キー objet",
		"to": "to whom recipient 宛先 相手 à destinataire", "text": "text answer message report note 本文 回答 文面 メッセージ 報告 texte",
		"tlp": "tlp 取扱区分", "by": "by writtenby recordedby 記録者 記入者 par",
	}
}

// deeds are the words for what was done.
func deeds() map[string]string {
	return map[string]string{
		"release": "release released inject given handed handedover 付与 付与済 手渡し remis injecté",
		"ack":     "ack acknowledged acknowledge received 受領確認 受領 accusé reçu",
		"answer":  "answer answered report reported submitted filed 回答 報告 提出 réponse rapport",
		"message": "message told said sent wrote called 伝達 連絡 メッセージ 共有 情報共有 dit appelé",
		"relay":   "relay relayed passedon 展開 下位への展開 relayé transmis",
		"note":    "note noted remark メモ 備考 remarque",
	}
}

func fold(s string) string {
	return strings.NewReplacer(" ", "", "　", "", "-", "", "_", "", ".", "", "（", "", "）", "", "(", "", ")", "").
		Replace(strings.ToLower(norm.NFKC.String(strings.TrimSpace(s))))
}

func lookUp(words map[string]string, s string) string {
	for name, list := range words {
		if slices.Contains(strings.Fields(list), fold(s)) {
			return name
		}
	}
	return ""
}

type reader struct {
	play   *exercise.Play
	grid   *sheet.Grid
	clock  sheet.Clock
	by     string // where the row names nobody
	cols   map[string]int
	row    int
	issues []msel.Issue
}

// Read reads the rows of a sheet, ordered by their times. Every cell that
// cannot be read is told at once.
func Read(grid *sheet.Grid, play *exercise.Play, clock sheet.Clock, by string) ([]Row, []msel.Issue) {
	r := &reader{play: play, grid: grid, clock: clock, by: by, cols: map[string]int{}}
	head := r.head()
	for _, name := range []string{"time", "what"} {
		if _, ok := r.cols[name]; !ok {
			r.issues = append(r.issues, msel.Issue{Code: "paper_column", Args: map[string]any{"Column": name}})
		}
	}
	if len(r.issues) > 0 {
		return nil, r.issues
	}
	var rows []Row
	for r.row = head + 1; r.row < len(grid.Rows); r.row++ {
		if r.blank() {
			continue
		}
		if row, ok := r.read(); ok {
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(a.Do.At, b.Do.At) })
	return rows, r.issues
}

// head finds the row with the most known heads among the first thirty.
func (r *reader) head() int {
	best := 0
	for i := range r.grid.Rows[:min(30, len(r.grid.Rows))] {
		cols := map[string]int{}
		for c, cell := range r.grid.Rows[i] {
			name := lookUp(heads(), cell.Text)
			if _, twice := cols[name]; name != "" && !twice {
				cols[name] = c
			}
		}
		if len(cols) > len(r.cols) {
			r.cols, best = cols, i
		}
	}
	return best
}

func (r *reader) blank() bool {
	return !slices.ContainsFunc(r.grid.Rows[r.row], func(c sheet.Cell) bool { return !c.Empty() })
}

func (r *reader) text(name string) string {
	c, ok := r.cols[name]
	if !ok {
		return ""
	}
	return strings.TrimSpace(r.grid.At(r.row, c).Text)
}

func (r *reader) issue(name, code string) {
	c := r.cols[name]
	r.issues = append(r.issues, msel.Issue{
		Ref: r.grid.Ref(r.row, c), Code: code, Args: map[string]any{"Text": r.text(name), "Column": name},
	})
}

func (r *reader) read() (Row, bool) {
	before := len(r.issues)
	d, problem := r.clock.Parse(r.grid.At(r.row, r.cols["time"]))
	if problem != "" {
		r.issue("time", string(problem))
	}
	what := lookUp(deeds(), r.text("what"))
	if what == "" {
		r.issue("what", "paper_what")
	}
	by := r.text("by")
	if by == "" {
		by = r.by
	}
	if by == "" {
		r.issue("by", "paper_by")
	}
	do := r.action(what)
	if len(r.issues) > before || do == nil {
		return Row{}, false
	}
	return Row{
		Ref: r.grid.Ref(r.row, 0), Key: r.key(d, what, by), Text: r.said(), Do: exercise.Enter{At: exercise.At(d), By: by, Do: do},
	}, true
}

// said is the row without its time.
func (r *reader) said() string {
	var all []string
	for _, name := range []string{"unit", "what", "item", "to", "text", "tlp"} {
		if text := r.text(name); text != "" {
			all = append(all, strings.Join(strings.Fields(text), " "))
		}
	}
	return strings.Join(all, " · ")
}

// key names a row by what it says.
func (r *reader) key(at time.Duration, what, by string) string {
	parts := []string{fmt.Sprint(int64(at)), what, by}
	for _, name := range []string{"unit", "item", "to", "text", "tlp"} {
		parts = append(parts, r.text(name))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "paper/" + hex.EncodeToString(sum[:12])
}

func (r *reader) action(what string) exercise.Action {
	item := r.text("item")
	switch what {
	case "release":
		var units []string
		if r.text("unit") != "" {
			units = []string{r.unit("unit", r.text("unit"))}
		}
		return exercise.Release{Inject: r.named(item), Units: units}
	case "ack":
		return exercise.Acknowledge{Inject: r.named(item), Unit: r.unit("unit", r.text("unit"))}
	case "answer":
		return r.answer(r.named(item))
	case "relay":
		return exercise.RelayTo{
			Inject: r.named(item), From: r.unit("unit", r.text("unit")), Unit: r.unit("to", r.text("to")), Text: r.text("text"), TLP: r.tlp(),
		}
	case "message":
		from := r.end("unit", r.text("unit"))
		send := exercise.Send{From: strings.TrimPrefix(from, exercise.EndUnit), Text: r.text("text"), TLP: r.tlp()}
		for _, to := range strings.FieldsFunc(r.text("to"), func(c rune) bool { return strings.ContainsRune(",;、，\n", c) }) {
			send.Ends = append(send.Ends, r.end("to", to))
		}
		return send
	case "note":
		unit := ""
		if r.text("unit") != "" {
			unit = r.unit("unit", r.text("unit"))
		}
		return exercise.AddNote{Unit: unit, Text: r.text("text"), Re: item}
	}
	return nil
}

// named tells a missing key.
func (r *reader) named(item string) string {
	if item == "" {
		r.issue("item", "paper_item")
	}
	return item
}

// answer takes the text as the task wants it: options and indicators are lists.
func (r *reader) answer(key string) exercise.Action {
	a := exercise.Submit{Task: key, Unit: r.unit("unit", r.text("unit"))}
	task, _, _ := r.play.Pack.TaskByKey(key)
	if task != nil && (task.Type == scenario.TaskChoice || task.Type == scenario.TaskIndicators) {
		a.Items = strings.FieldsFunc(r.text("text"), func(c rune) bool { return strings.ContainsRune(",;、，\n ", c) })
		return a
	}
	a.Text = r.text("text")
	return a
}

func (r *reader) tlp() scenario.TLP {
	text := strings.TrimPrefix(strings.ToUpper(norm.NFKC.String(r.text("tlp"))), "TLP:")
	t, err := scenario.ParseTLP(strings.TrimSpace(text))
	if err != nil {
		r.issue("tlp", "tlp")
	}
	return t
}

// unit finds a unit by its key, its code (a team's) or its name.
func (r *reader) unit(column, text string) string {
	for _, u := range r.play.Cast.Units {
		if u.Key == text || u.Parent == "" && (fold(u.Code) == fold(text) || named(u.Name, text)) {
			return u.Key
		}
	}
	r.issue(column, "paper_unit")
	return ""
}

func named(t scenario.Text, text string) bool {
	for _, name := range t {
		if fold(name) == fold(text) {
			return text != ""
		}
	}
	return false
}

// end finds whom a message comes from or goes to.
func (r *reader) end(column, text string) string {
	text = strings.TrimSpace(text)
	switch fold(text) {
	case "liaison", "liaisonroom", "連絡室":
		return exercise.EndLiaison
	case "excon":
		return exercise.EndExcon
	}
	for _, p := range r.play.Pack.Personas {
		if p.Key == strings.TrimPrefix(text, exercise.EndPersona) || named(p.Name, text) {
			return exercise.EndPersona + p.Key
		}
	}
	return exercise.EndUnit + r.unit(column, strings.TrimPrefix(text, exercise.EndUnit))
}
