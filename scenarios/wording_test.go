package scenarios_test

import (
	"testing"

	"renkei/internal/exercise/scenario"
)

const (
	locker    = "d49716ef5e7795d2a6e04496043d08c7e7f6948f4c06197b1d916c7aba94e397"
	config314 = "608314d7bb8081ee32908f113da7175503920ce27272783383044ea129ec4770"
)

// wording is what people write as an answer, for the team asteria: they add
// where they found it, a unit, a second name of the same thing. What names two
// candidates is no answer.
type wording struct {
	task           string
	taken, refused []string
}

func wordings() []wording {
	return []wording{
		{
			"A01",
			[]string{"svc-claims-asteria (sid=8d70)", "The intruder used svc-claims-asteria.", "svc-claims-asteria, tunnel 10.40.250.23", "svc-claims-asteria（委託先）", "「svc-claims-asteria」", "侵入者が使ったのはsvc-claims-asteriaです。"},
			[]string{"l.oduya, svc-claims-asteria", "svc-claims-borealis", "l.oduya"},
		},
		{
			"A02",
			[]string{"13:54:29 UTC on 14 September", "2027-09-14T13:54:29+00:00", "13:54 UTC (21:54 local)", "21:54 local = 13:54 UTC", "2027年9月14日 13:54（UTC）", "UTCで13時54分", "13:54（現地21:54）"},
			[]string{"21:54", "13:54 or 13:55", "13:55, 13:54", "15 Sep 13:54"},
		},
		{
			"T05",
			[]string{"23.6 GB (5 uploads)", "22 GiB, 23.6 GB", "23.6ギガバイト（5回）"},
			[]string{"45.6 GB, 23.6 GB", "123.6 GB", "2.36 GB"},
		},
		{
			"T08",
			[]string{"198.51.100.17:443", "the tunnel was run from 198.51.100.17.", "198.51.100.17（セッション8d70）", "送信元は198.51.100.17です"},
			[]string{"198.51.100.97, 198.51.100.17", "198.51.100.170", "10.40.250.23"},
		},
		{
			"H04",
			[]string{"AST-BIL07, c.lund's PC in billing", "BIL07 / 10.60.31.47", "It began on AST-BIL07.", "ルンドさんの端末AST-BIL07"},
			[]string{"AST-FS03 or AST-BIL07", "AST-BIL07, AST-FS03", "AST-BIL02"},
		},
		{
			"H05",
			[]string{"sha256=" + locker, `C:\Windows\Temp\cf.exe ` + locker, "ハッシュ値は" + locker + "です。"},
			[]string{"7cbef3dc7ff64bc712d893e2ba76e85edaa1a67f9c7abc0cab1857e7110b58a6 " + locker, locker + "0"},
		},
		{
			"H06",
			[]string{"svc-backup, from AST-BIL07", "svc-backup (service account)", "サービスアカウントのsvc-backupです"},
			[]string{"svc-pacs, svc-backup", "c.lund / svc-backup"},
		},
		{
			"T13",
			[]string{"6.44 GB (4 x 1.5 GiB)", "6 GiB, not 60", "6.44GB（6GiB）"},
			[]string{"60 GB", "26.4 GB", "1.6 GB"},
		},
		{
			"T14",
			[]string{"203.0.113.33, where the data went", "203.0.113.33:443", "データの送信先アドレス（203.0.113.33）", "送信先の203.0.113.33が一致"},
			[]string{"203.0.113.33 and 203.0.113.49", "203.0.113.49", "assets1.dunlinport.example"},
		},
		{
			"A06",
			[]string{"/edge/bin/diagd (hash differs)", "the program /edge/bin/diagd", "edge/bin/diagd", "差し替えられたのは/edge/bin/diagdです"},
			[]string{"/edge/bin/diagd, /edge/etc/banner.txt", "/edge/bin/webd", "logo.svg and diagd"},
		},
		{
			"T17",
			[]string{config314 + "  -", "SHA256(config.ini)= " + config314, config314 + "（314バイト）"},
			[]string{locker, config314[:63]},
		},
		{
			"T18",
			[]string{"kelp-sync.example (port 8443)", "hxxps://kelp-sync[.]example", "fallback = kelp-sync.example", "kelp-sync.exampleの8443番ポート"},
			[]string{"assets1.dunlinport.example, kelp-sync.example", "kelp-sync.example.com", "my-kelp-sync.example"},
		},
		{
			"T19",
			[]string{"at 03:20 UTC today", "2027-09-15T03:20:00Z (11:20 here)", "UTC 3時20分（現地11時20分）", "2027年9月15日3時20分"},
			[]string{"11:20", "02:20 or 03:20", "13:20"},
		},
		{
			"H09",
			[]string{"PHY03 in physiotherapy", "AST-PHY03 - physiotherapy (10.60.33.22)", "AST-PHY03（理学療法室）"},
			[]string{"AST-PHY01", "AST-PHY01, AST-PHY03", "AST-PHY030"},
		},
		{
			"T25",
			[]string{"1,184 (CF-13AST-4B1, AST-FS31)", "1184 files (source: BorCERT)", "1,184件です", "1184個（BorCERT提供）"},
			[]string{"11184", "2207", "1184 or 2207"},
		},
	}
}

// TestKeysTakeWhatPeopleWrite asks that a key minds the finding and not the
// words around it, and is not to be had by naming all candidates.
func TestKeysTakeWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	p := load(t, gateway)
	for _, w := range wordings() {
		d, task := p.taskOf(t, w.task)
		for _, answer := range w.taken {
			if !d.takes(t, task, answer) {
				t.Errorf("%s refuses %q", w.task, answer)
			}
		}
		for _, answer := range w.refused {
			if d.takes(t, task, answer) {
				t.Errorf("%s takes %q", w.task, answer)
			}
		}
	}
}

// taskOf gives a task and the desk of the first unit that it is asked of.
func (p *play) taskOf(t *testing.T, key string) (*desk, *scenario.Task) {
	t.Helper()
	for _, in := range p.pack.Injects {
		for _, task := range in.Tasks {
			for unit := range p.cast.Units {
				if task.Key == key && p.asked(in, unit) {
					return p.desk(t, in, unit, "en"), task
				}
			}
		}
	}
	t.Fatalf("nobody is asked %s", key)
	return nil, nil
}
