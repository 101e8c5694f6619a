package show

import "renkei/internal/exercise/rehearsal"

// cell is one share of the matrix of tasks: a bar as wide as the share, with
// the figure on it, so that it reads without colour.
type cell struct {
	x, w float64
	text string
}

// taskRow is one task of the matrix.
type taskRow struct {
	key, name, say string
	y              float64
	cells          []cell
}

const (
	cellLeft  = 330.0
	cellWidth = 76.0
	cellRow   = 22.0
)

// columns of the matrix.
var columns = []string{"weak", "middle", "strong", "solved", "answered", "late", "hints"}

func (s *Sheet) taskRows() []taskRow {
	out := make([]taskRow, 0, len(s.F.Tasks))
	for i := range s.F.Tasks {
		t := &s.F.Tasks[i]
		row := taskRow{key: t.Key, name: s.Type(t.Type) + " · " + s.Inject(t.Inject), say: s.Task(t.Key), y: 26 + cellRow*float64(i)}
		for n, share := range shares(t) {
			c := cell{x: cellLeft + cellWidth*float64(n)}
			if share.Of > 0 {
				c.w, c.text = (cellWidth-4)*float64(share.N)/float64(share.Of), Percent(share.N, share.Of)
			}
			row.cells = append(row.cells, c)
		}
		out = append(out, row)
	}
	return out
}

// shares of a task in the order of the columns. Who solves it is not known
// where only an evaluator can tell.
func shares(t *rehearsal.TaskFigures) []rehearsal.Share {
	out := make([]rehearsal.Share, 0, len(columns))
	if t.Scored == 0 {
		out = append(out, make([]rehearsal.Share, 4)...)
	} else {
		out = append(out, t.BySkill[0], t.BySkill[1], t.BySkill[2], rehearsal.Share{N: t.Solved, Of: t.Asked})
	}
	return append(out, rehearsal.Share{N: t.Answered, Of: t.Asked}, rehearsal.Share{N: t.Late, Of: t.Answered}, rehearsal.Share{N: t.Hints, Of: t.Asked})
}
