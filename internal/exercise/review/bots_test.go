package review_test

import (
	"io"
	"io/fs"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/testkit/exercisetest"
	"renkei/scenarios"
)

// shipped are the files of the shipped pack.
func shipped(tb testing.TB) map[string][]byte {
	tb.Helper()
	root, err := fs.Sub(scenarios.Packs, "hospital-ransomware")
	if err != nil {
		tb.Fatal(err)
	}
	files := map[string][]byte{}
	err = fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[path], err = fs.ReadFile(root, path)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

// botPlay begins an exercise of the shipped pack in which simulated teams play
// every unit.
func botPlay(tb testing.TB, teams int, seed uint64, out io.Writer) *stage {
	tb.Helper()
	units, err := teamfile.Demo(teams)
	if err != nil {
		tb.Fatal(err)
	}
	return botPlayOf(tb, shipped(tb), units, seed, out)
}

func botPlayOf(tb testing.TB, files map[string][]byte, units []scenario.Unit, seed uint64, out io.Writer) *stage {
	tb.Helper()
	s := stageOf(tb, files, units, out)
	s.bots = bots.New(s.state.Play(), seed, exercisetest.NewPhrases(tb))
	for _, u := range s.state.Play().Cast.Units {
		s.give(&exercise.Command{Key: "standin/" + u.Key, Actor: exercise.Excon(), Do: exercise.SetStandIn{Unit: u.Key, Bot: true}})
	}
	s.do("0s", exercise.Excon(), exercise.Start{Speed: 1})
	return s
}

// give gives a command; a refusal is fine.
func (s *stage) give(c *exercise.Command) { _ = s.decide(c) }

// playTo lets clock and bots play up to a time.
func (s *stage) playTo(t exercise.Time) {
	for s.state.Phase() == exercise.Running {
		next := min(s.state.Next(), s.bots.Next())
		if next > t {
			return
		}
		c, owed := s.state.Due(next)
		if !owed || s.bots.Next() < c.At {
			if c, owed = s.bots.Pop(s.state); !owed {
				continue
			}
		}
		c.Wall = s.wall(c.At)
		s.give(&c)
	}
}

// attach gives the attachments of an inject, as conduct does.
func (s *stage) attach(b *exercise.InjectReleased, render func(text, lang string) string) {
	pack := s.state.Play().Pack
	in := pack.InjectByKey(b.Inject)
	if in == nil || s.bots == nil {
		return
	}
	b.Files = map[string]exercise.File{}
	for _, name := range in.Attachments {
		data, isTemplate, _ := pack.Attachment(name, pack.Languages[0])
		if isTemplate {
			data = []byte(render(string(data), pack.Languages[0]))
		}
		media := scenario.MediaType(name)
		b.Files[name] = exercise.File{Hash: s.keep(media, data), Media: media}
	}
}
