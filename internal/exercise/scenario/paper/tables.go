package paper

import (
	"io"
	"strconv"
	"strings"

	"renkei/internal/sheet"
)

// CSV writes the list of the edition as one table, in the order of time.
func (b *Book) CSV(w io.Writer, bom bool) error {
	t := b.msel()
	if b.o.For != "" {
		t = b.sheets()
	}
	return t.WriteCSV(w, bom)
}

// XLSX writes the edition as a workbook with a sheet for each table.
func (b *Book) XLSX(w io.Writer) error {
	if b.o.For != "" {
		return sheet.WriteXLSX(w, b.sheets(), b.handoutTasks())
	}
	teams, err := b.teamTable()
	if err != nil {
		return err
	}
	replies, err := b.replyTable()
	if err != nil {
		return err
	}
	return sheet.WriteXLSX(w, b.msel(), b.taskTable(), b.flowTable(), replies, teams)
}

// table begins a table with the columns of the catalogue.
func (b *Book) table(name string, fill int, cols ...string) sheet.Table {
	t := sheet.Table{Name: b.t("sheet." + name), Fill: fill}
	for _, c := range cols {
		t.Head = append(t.Head, b.t("col."+c))
	}
	return t
}

// msel has a line for each inject and decision, with all that belongs to it.
func (b *Book) msel() sheet.Table {
	t := b.table("msel", 3, "n", "key", "planned", "utc", "local", "when", "from", "to", "title", "subject", "text",
		"files", "tasks", "details", "branches", "done", "by", "remark")
	for _, e := range b.Entries {
		var tasks, details, branches []string
		for _, r := range e.Tasks {
			tasks = append(tasks, r.Key+" "+r.Type+" ("+r.Points+"), "+r.Due+": "+r.Prompt)
		}
		for _, f := range e.Facts {
			details = append(details, f.Label+": "+f.Value)
		}
		for _, r := range e.Branches {
			branches = append(branches, r.Key+" ("+r.Title+"), "+r.When+": "+r.Injects)
		}
		t.Add(strconv.Itoa(e.N), e.Key, e.Planned, e.UTC, e.Local, e.When, e.From, e.To, e.Title, e.Subject, e.Body,
			lines(e.Files), lines(tasks), lines(details), lines(branches), "", "", "")
	}
	return t
}

func lines(all []string) string { return strings.Join(all, "\n") }

func (b *Book) taskTable() sheet.Table {
	t := b.table("tasks", 2, "inject", "key", "type", "to", "task", "due", "points", "answer", "hints", "done", "remark")
	for _, e := range b.Entries {
		for _, r := range e.Tasks {
			to := e.To
			if r.Relayed {
				to = e.Relay
			}
			t.Add(e.Key, r.Key, r.Type, to, prompt(r), r.Due, r.Points, lines(r.Answer), lines(r.Hints), "", "")
		}
	}
	return t
}

// prompt is what is asked, with options and parts of a form.
func prompt(r TaskRow) string {
	return lines(append(append([]string{r.Prompt}, r.Options...), r.Parts...))
}

func (b *Book) flowTable() sheet.Table {
	t := b.table("flows", 2, "inject", "key", "flow", "from", "to", "what", "within", "tlp", "done", "remark")
	for _, e := range b.Entries {
		for _, r := range e.Flows {
			t.Add(e.Key, r.Key, r.Title, r.From, r.To, r.What, r.Due, r.TLP, "", "")
		}
	}
	return t
}

func (b *Book) replyTable() (sheet.Table, error) {
	t := b.table("replies", 0, "persona", "inject", "key", "asked", "reply")
	_, always, err := b.personas()
	for _, r := range always {
		t.Add(r.Persona, "", r.Key, r.Ask, r.Text)
	}
	for _, e := range b.Entries {
		for _, r := range e.Replies {
			t.Add(r.Persona, e.Key, r.Key, r.Ask, r.Text)
		}
	}
	return t, err
}

func (b *Book) teamTable() (sheet.Table, error) {
	t := b.table("teams", 0, "team", "tag", "value")
	rows, err := b.teams()
	for _, r := range rows {
		for _, f := range r.Vars {
			t.Add(r.Code, f.Label, f.Value)
		}
	}
	return t, err
}

// sheets lists what is handed to a unit and its cells.
func (b *Book) sheets() sheet.Table {
	t := b.table("msel", 3, "unit", "key", "clock", "from", "for_role", "tlp", "subject", "text", "files", "tasks", "handed", "by", "remark")
	for _, u := range b.Units {
		for _, s := range u.Sheets {
			var tasks, files []string
			for _, r := range s.Tasks {
				tasks = append(tasks, r.Key+" "+r.Type+" ("+r.Points+"), "+r.Due+": "+prompt(r))
			}
			for _, f := range s.Files {
				files = append(files, f.Name)
			}
			t.Add(u.Name, s.Key, s.Planned, s.From, s.For, s.TLP, s.Subject, s.Body, lines(files), lines(tasks), "", "", "")
		}
	}
	return t
}

// handoutTasks has room for the answers of a unit.
func (b *Book) handoutTasks() sheet.Table {
	t := b.table("tasks", 3, "unit", "inject", "key", "type", "task", "due", "points", "reply_here", "done", "by")
	for _, u := range b.Units {
		for _, s := range u.Sheets {
			for _, r := range s.Tasks {
				t.Add(u.Name, s.Key, r.Key, r.Type, prompt(r), r.Due, r.Points, "", "", "")
			}
		}
	}
	return t
}
