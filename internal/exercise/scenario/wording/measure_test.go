package wording_test

import (
	"math"
	"testing"

	"renkei/internal/exercise/scenario/wording"
)

func TestMeasures(t *testing.T) {
	t.Parallel()
	within := func(share float64) func(a, b float64) bool {
		return func(a, b float64) bool { return math.Abs(a-b) <= math.Abs(a)*share+1e-9 }
	}
	gb := func(n, share float64) wording.Measure {
		return wording.Measure{Right: n, Takes: within(share), Units: []string{"gb"}}
	}
	count := func(n float64, units ...string) wording.Measure {
		return wording.Measure{Right: n, Takes: within(0), Units: units}
	}
	for _, c := range []struct {
		m     wording.Measure
		right []string
		wrong []string
	}{
		{
			gb(23.6, 0.08),
			[]string{
				"23.6", "23.6 gb", "23,6 gb", "about 22 gib", "約24gb", "23,622,320,128 bytes", "23622320128バイト", "22 gib (23.6 gb)", "5 uploads, together 23.6 gb",
				"23.6 gb (5 uploads)", "23.6ギガバイト(5回)", "5 uploads of 4.7 gb, 23.6 gb in total", "twenty-four gigabytes", "23.622.320.128 byte", "23 600 mb", "0.0236 tb",
				"5回、合計23.6gb", "23.6 gb, not 45.6 gb", "23.6gb(22gib)を持ち出した", "between 23 and 24 gb", "23-24 gb", "約23.6ギガ", "二十四ギガバイト", "23.6 gb went to 203.0.113.33 in 5 uploads",
				"5回に分けて計約23.6gb", "4.72 gb x 5 = 23.6 gb", "23.6 gb to 203.0.113.33:443", "~23.6gb", "23600000000 bytes",
			},
			[]string{"45.6 gb", "21.5", "45.6 gb, 23.6 gb", "123.6 gb", "2.36 gb", "23.6 mb", "not 23.6 gb", "23.6 tb", "", "-23.6 gb", "5", "203.0.113.33", "23.6gbではない", "unknown"},
		},
		{
			count(1184, "file", "files", "件", "個", "ファイル"),
			[]string{"1184", "1,184 files", "1184件です", "1184個(borcert提供)", "1 184", "1'184", "1,184 (cf-13ast-4b1, ast-fs31)", "1184 files, 23.6 gb", "1.184k", "千百八十四件", "the server counted 1184 files on 2 machines", "eleven hundred eighty-four files", "1184ファイル"},
			[]string{"11184", "2207", "1184 or 2207", "0.1184", "1184 gb", "1.184", "not 1184", "1184以外", "1184 and 2207 files"},
		},
		{count(34), []string{"34", "34件", "-(34)", "三十四"}, []string{"34万", "34万件", "34 thousand", "34k", "3.4", "-34"}},
		{count(15), []string{"15"}, []string{"15k", "w15", "15 thousand"}},
		{count(340000), []string{"34万", "340k", "34万件", "340,000", "340 000", "0.34 million", "三十四万", "34万です"}, []string{"34", "34億"}},
		{count(345000), []string{"34万5千", "34万5000"}, nil},
		{count(1042), []string{"1'042", "1 042", "1,042"}, nil},
		{count(-5), []string{"-5", "it is -5 degrees"}, []string{"5", "w-5"}},
		{count(65, "%"), []string{"65%", "65", "65 %"}, nil},
	} {
		for _, answer := range c.right {
			if r := c.m.Read(answer); !r.Right {
				t.Errorf("%v: refuses %q, read as %q", c.m.Right, answer, r.Used)
			}
		}
		for _, answer := range c.wrong {
			if r := c.m.Read(answer); r.Right {
				t.Errorf("%v: takes %q, read as %q", c.m.Right, answer, r.Used)
			}
		}
	}
}
