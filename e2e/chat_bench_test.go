//go:build unix

package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"renkei/internal/channel/mattermost"
	"renkei/internal/exercise"
	"renkei/internal/server"
	fake "renkei/internal/testkit/mattermost"
)

// Figures of an exercise on a chat server: units, posts a second that the server
// takes, and messages a second that people write, for so long.
const (
	benchUnits   = 60
	benchPosts   = 250
	benchTalk    = 200
	benchTalking = 10 * time.Second
)

// BenchmarkChat has an exercise of 60 teams on a chat server that takes 250 posts a
// second: how long an inject to all of them is on its way, in which order it comes,
// how fast what people write is in the log, and how fast the server is by itself,
// in one run.
func BenchmarkChat(b *testing.B) {
	if b.N > 1 {
		b.Skip("once is enough")
	}
	chat := fake.Start(b)
	chat.Fault(paced(benchPosts))
	data := b.TempDir()
	id, link := furnishedFor(b, data, 1, benchUnits)
	people, accounts := map[string][]string{}, map[string]string{}
	log, _ := stored(b, data, id)
	for _, u := range log[0].Body.(*exercise.Created).Units {
		if !strings.Contains(u.Key, "/") {
			name := "duty-" + u.Key
			accounts[u.Key], people[u.Key] = chat.Join(name, name+"@desk.internal"), []string{name}
		}
	}
	word := filepath.Join(b.TempDir(), "token")
	if err := os.WriteFile(word, []byte(chat.Admin), 0o600); err != nil {
		b.Fatal(err)
	}
	texts, err := server.Texts()
	if err != nil {
		b.Fatal(err)
	}
	done, err := server.SetUpMattermost(b.Context(), &server.MattermostOptions{
		Do: "apply", Data: data, Database: filepath.Join(data, "renkei.db"), Exercise: id, URL: chat.URL, TokenFile: word, Texts: texts, People: people,
	})
	if err != nil {
		b.Fatal(err)
	}
	rooms := map[string]string{}
	for _, l := range done.Place.Links {
		if accounts[l.Unit] != "" {
			rooms[l.Unit] = l.RoomID
		}
	}
	b.ReportMetric(raw(b, chat, rooms, 3*benchPosts), "raw_posts/s")
	s, at := serving(b, "--data", data)
	director := newVisitor(b)
	director.ask(at+"/in/"+link, url.Values{"name": {"Ada"}}, http.StatusSeeOther)
	director.ask(at+"/x/"+id+"/clock", url.Values{"key": {"begin"}, "do": {"start"}, "sure": {"yes"}}, http.StatusSeeOther)
	for limit := time.Now().Add(time.Minute); injectsPosted(chat, rooms) < benchUnits; {
		if time.Now().After(limit) {
			b.Fatalf("%d of %d injects were posted: %s", injectsPosted(chat, rooms), benchUnits, s.err)
		}
		<-time.After(20 * time.Millisecond)
	}
	ready := func() bool { // everything that was posted before it listened has been read
		log, _ := stored(b, data, id)
		return slices.ContainsFunc(log, func(e exercise.Event) bool {
			p, ok := e.Body.(*exercise.ChatPost)
			return ok && p.Text == "Is anybody there?"
		})
	}
	chat.Say(accounts["asteria"], rooms["asteria"], "Is anybody there?")
	for limit := time.Now().Add(time.Minute); !ready(); <-time.After(100 * time.Millisecond) {
		if time.Now().After(limit) {
			b.Fatalf("nothing is heard: %s", s.err)
		}
	}
	began := time.Now()
	told := talkIn(chat, rooms, accounts)
	b.ReportMetric(float64(told)/time.Since(began).Seconds(), "said/s")
	for limit := time.Now().Add(time.Minute); ; <-time.After(200 * time.Millisecond) {
		if log, _ = stored(b, data, id); heardIn(log) >= told {
			break
		}
		if time.Now().After(limit) {
			b.Fatalf("%d of %d posts are in the log: %s", heardIn(log), told, s.err)
		}
	}
	if code := s.ended(b, syscall.SIGTERM); code != 0 {
		b.Errorf("exit %d: %s", code, s.err)
	}
	log, _ = stored(b, data, id)
	reportInjects(b, chat, rooms, log)
	reportHeard(b, log)
}

// paced has a server take so many posts a second.
func paced(rate int) func(*http.Request) *fake.Fault {
	next := time.Now()
	return func(r *http.Request) *fake.Fault {
		if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/posts") {
			return nil
		}
		if now := time.Now(); next.Before(now) {
			next = now
		}
		next = next.Add(time.Second / time.Duration(rate))
		return &fake.Fault{Wait: time.Until(next)}
	}
}

// raw is how many posts a second the server takes from sixteen writers that do
// nothing else.
func raw(b *testing.B, chat *fake.Server, rooms map[string]string, n int) float64 {
	b.Helper()
	client, err := mattermost.NewClient(chat.URL, func() (string, error) { return chat.Admin, nil })
	if err != nil {
		b.Fatal(err)
	}
	var all []string
	for _, room := range rooms {
		all = append(all, room)
	}
	work := make(chan int)
	var writers sync.WaitGroup
	began := time.Now()
	for range 16 {
		writers.Go(func() {
			for i := range work {
				if _, err := client.CreatePost(b.Context(), &mattermost.Post{ChannelID: all[i%len(all)], Message: fmt.Sprint("raw ", i)}); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	writers.Wait()
	return float64(n) / time.Since(began).Seconds()
}

func injectsPosted(chat *fake.Server, rooms map[string]string) (n int) {
	for unit := range rooms {
		_, all := chat.Standing("unit-" + unit)
		if slices.ContainsFunc(all, func(p fake.Posted) bool { return p.About == "inject/I00" }) {
			n++
		}
	}
	return n
}

// talkIn has people write in the channels of their units, and returns how much.
func talkIn(chat *fake.Server, rooms, accounts map[string]string) (n int) {
	var units []string
	for unit := range rooms {
		units = append(units, unit)
	}
	tick := time.NewTicker(time.Second / benchTalk)
	defer tick.Stop()
	for end := time.Now().Add(benchTalking); time.Now().Before(end); n++ {
		<-tick.C
		unit := units[n%len(units)]
		chat.Say(accounts[unit], rooms[unit], fmt.Sprint("We look at host ", n, " now."))
	}
	return n
}

func heardIn(log []exercise.Event) (n int) {
	for i := range log {
		if p, ok := log[i].Body.(*exercise.ChatPost); ok && strings.HasPrefix(p.Text, "We look at host") {
			n++
		}
	}
	return n
}

// reportInjects tells how long the inject to all was on its way, and fails where a
// channel has its posts in another order than the log.
func reportInjects(b *testing.B, chat *fake.Server, rooms map[string]string, log []exercise.Event) {
	b.Helper()
	released, order := map[string]int64{}, map[string][]string{}
	for i := range log {
		if r, ok := log[i].Body.(*exercise.InjectReleased); ok {
			order[r.Unit] = append(order[r.Unit], "inject/"+r.Inject)
			if r.Inject == "I00" {
				released[r.Unit] = log[i].Wall
			}
		}
	}
	var took []time.Duration
	for unit := range rooms {
		_, all := chat.Standing("unit-" + unit)
		var came []string
		for _, p := range all {
			if strings.HasPrefix(p.About, "inject/") && p.Root == "" {
				came = append(came, p.About)
				if p.About == "inject/I00" {
					took = append(took, p.At.Sub(time.UnixMicro(released[unit])))
				}
			}
		}
		if !slices.Equal(came, order[unit][:min(len(came), len(order[unit]))]) {
			b.Errorf("%s has %v, released were %v", unit, came, order[unit])
		}
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds(), "inject_p50_s")
	b.ReportMetric(took[len(took)-1].Seconds(), "inject_worst_s")
	if took[len(took)-1] > 2*time.Second {
		b.Errorf("an inject was %v on its way", took[len(took)-1])
	}
}

// reportHeard tells how long after it was said something was in the log.
func reportHeard(b *testing.B, log []exercise.Event) {
	b.Helper()
	var took []time.Duration
	for i := range log {
		if p, ok := log[i].Body.(*exercise.ChatPost); ok && strings.HasPrefix(p.Text, "We look at host") {
			took = append(took, time.Duration(log[i].Wall-p.Sent)*time.Microsecond)
		}
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds(), "heard_p50_s")
	b.ReportMetric(took[len(took)*99/100].Seconds(), "heard_p99_s")
	b.ReportMetric(took[len(took)-1].Seconds(), "heard_worst_s")
	if p99 := took[len(took)*99/100]; p99 > time.Second {
		b.Errorf("what was said was in the log after %v (p99)", p99)
	}
}
