package scenarios_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// work does a task of gateway-to-wards as an analyst would, with nothing but
// what lies on the desk; nil for a task that asks for no finding. A set is given
// in any order.
func (d *desk) work(t *testing.T, task string) []string {
	t.Helper()
	switch task {
	case "T01":
		return openGateways(t, d)
	case "A01":
		return []string{find(t, stolen(t, d), `user=(\S+)`)}
	case "A02":
		return []string{sessionList(t, d).UTC().Format("15:04")}
	case "T04":
		return append(beacon(t, d, agencyProxy), upload(t, d, agencyProxy))
	case "T05":
		return []string{gigabytes(t, d, agencyProxy)}
	case "T08":
		return []string{behindTunnel(t, d)}
	case "H02":
		return []string{find(t, d.doc(t, "README_COPPERFERN.txt"), `personal id +(\S+)`)}
	case "A06":
		return changedFile(t, d)
	case "H04":
		return []string{eventField(t, d, `pinl\.exe`, 1)}
	case "H05":
		return []string{eventField(t, d, `cf\.exe`, 5)}
	case "H06":
		return []string{eventField(t, d, `network from`, 3)}
	case "H09":
		client := find(t, d.doc(t, "blocked.log"), `(?m)^(\S+) .* 403 0 0`)
		return []string{find(t, d.doc(t, "leases.csv"), regexp.QuoteMeta(client)+`,([^,]+)`)}
	default:
		return d.workLater(t, task)
	}
}

// workLater does the tasks in which a second source is needed.
func (d *desk) workLater(t *testing.T, task string) []string {
	t.Helper()
	switch task {
	case "T12":
		lure := find(t, d.doc(t, hospitalProxy), `GET http://([^/]+)/\S+\.hta`)
		return append(beacon(t, d, hospitalProxy), upload(t, d, hospitalProxy), lure)
	case "T13":
		return []string{gigabytes(t, d, hospitalProxy)}
	case "T14":
		if a, h := upload(t, d, agencyProxy), upload(t, d, hospitalProxy); a != h {
			t.Errorf("the data went to %s and to %s", a, h)
		}
		return []string{upload(t, d, hospitalProxy)}
	case "T15":
		return recipients(t, d.who(t, d.cast.Prev(d.unit), "I08"))
	case "T17":
		sum := sha256.Sum256([]byte(config(t, d)))
		return []string{hex.EncodeToString(sum[:])}
	case "T18":
		return []string{find(t, config(t, d), `fallback += (\S+)`)}
	case "T19":
		return []string{find(t, config(t, d), `wave2 += (\S+)`)}
	case "T25":
		return []string{filesOf(t, d.who(t, d.cast.Next(d.unit), "I19"), d.cast.Units[d.unit].Code)}
	default:
		return nil
	}
}

const (
	agencyProxy   = "agency-proxy.log"
	hospitalProxy = "hospital-proxy.log"
)

// find gives the first group of the first match.
func find(t *testing.T, text, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("nothing fits %q", pattern)
	}
	return m[1]
}

// openGateways compares versions by number, with what the maker says.
func openGateways(t *testing.T, d *desk) []string {
	t.Helper()
	fixed := map[string]int{"7.2": 5, "7.1": 11, "7.0": 1 << 30, "6.4": 0}
	var open []string
	for _, row := range d.rows(t, "gateways.csv") {
		branch, last := row[2][:3], row[2][4:]
		if n, err := strconv.Atoi(last); err != nil {
			t.Error(err)
		} else if n < fixed[branch] {
			open = append(open, row[0])
		}
	}
	return open
}

// stolen is the session that went on without a code.
func stolen(t *testing.T, d *desk) string {
	t.Helper()
	return find(t, d.doc(t, "agency-vpn.log"), `(session-continue .* otp=none .*)`)
}

func sessionList(t *testing.T, d *desk) time.Time {
	t.Helper()
	return syslogTime(t, d, find(t, d.doc(t, "agency-vpn.log"), `(?m)^(.{15}) \S+ web.*POST .*\.\.;/session/`))
}

func syslogTime(t *testing.T, d *desk, stamp string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006 Jan _2 15:04:05", d.pack.Startex.Format("2006 ")+stamp, d.zone(t))
	if err != nil {
		t.Error(err)
	}
	return at
}

// call is a line of a proxy log.
type call struct {
	client, user, host, peer string
	in, out                  int64 // bytes from and to the client
}

var proxyLine = regexp.MustCompile(`^(\S+) (\S+) \[.*\] "\S+ (?:http://)?([^:/ ]+)\S* HTTP/1\.1" (\d+) (\d+) (\d+) (\S+)$`)

func calls(t *testing.T, d *desk, name string) []call {
	t.Helper()
	var all []call
	for _, l := range d.lines(t, name) {
		m := proxyLine.FindStringSubmatch(l)
		if m == nil {
			t.Fatalf("%s: no line of a proxy: %s", name, l)
		}
		out, _ := strconv.ParseInt(m[5], 10, 64) // digits, as the pattern says
		in, _ := strconv.ParseInt(m[6], 10, 64)
		all = append(all, call{m[1], m[2], m[3], m[7], in, out})
	}
	return all
}

// beacon finds who is called again and again with the same number of bytes.
func beacon(t *testing.T, d *desk, name string) []string {
	t.Helper()
	same := map[string]int{}
	for _, c := range calls(t, d, name) {
		same[fmt.Sprint(c.host, " ", c.peer, " ", c.in, " ", c.out)]++
	}
	best := slices.MaxFunc(slices.Collect(maps.Keys(same)), func(a, b string) int { return same[a] - same[b] })
	if same[best] < 20 {
		t.Fatalf("%s: nothing is called often: %s %d", name, best, same[best])
	}
	return strings.Fields(best)[:2]
}

// upload finds where most bytes went to in the name of no user.
func upload(t *testing.T, d *desk, name string) string {
	t.Helper()
	sums := map[string]int64{}
	for _, c := range calls(t, d, name) {
		if c.user == "-" {
			sums[c.peer] += c.in
		}
	}
	return slices.MaxFunc(slices.Collect(maps.Keys(sums)), func(a, b string) int { return int(sums[a] - sums[b]) })
}

func gigabytes(t *testing.T, d *desk, name string) string {
	t.Helper()
	to, sum := upload(t, d, name), int64(0)
	for _, c := range calls(t, d, name) {
		if c.peer == to {
			sum += c.in
		}
	}
	return fmt.Sprintf("%.1f GB", float64(sum)/1e9)
}

// behindTunnel follows the sender of the lure back to its address outside.
func behindTunnel(t *testing.T, d *desk) string {
	t.Helper()
	tunnel := find(t, d.doc(t, "lure.eml"), `X-Originating-IP: (\S+)`)
	sid := find(t, d.doc(t, "agency-vpn.log"), `sid=(\S+) tunnel=`+regexp.QuoteMeta(tunnel)+`\n`)
	return find(t, d.doc(t, "agency-vpn.log"), `session-continue .* src=(\S+) sid=`+sid)
}

// recipients reads from the sender's log who got the lure.
func recipients(t *testing.T, d *desk) []string {
	t.Helper()
	log := d.doc(t, "agency-mail.log")
	id := find(t, log, `mta\[\d+\]: (\S+): client=10\.40\.250\.`)
	var to []string
	for _, m := range regexp.MustCompile(id+`: to=<([^>]+)>`).FindAllStringSubmatch(log, -1) {
		to = append(to, m[1])
		if !strings.Contains(d.doc(t, "lure.eml"), m[1]) {
			t.Errorf("the lure is not addressed to %s", m[1])
		}
	}
	return to
}

// changedFile compares the listing with the maker's.
func changedFile(t *testing.T, d *desk) []string {
	t.Helper()
	delivered := map[string][]string{}
	for _, row := range d.rows(t, "edgeport-7.2.3-files.csv") {
		delivered[row[0]] = row
	}
	var changed []string
	for _, row := range d.rows(t, "gateway-files.csv") {
		if was := delivered[row[0]]; was == nil || was[1] != row[1] && was[2] == "no" {
			changed = append(changed, row[0])
		}
	}
	return changed
}

// eventField is a field of the first event that fits.
func eventField(t *testing.T, d *desk, pattern string, field int) string {
	t.Helper()
	for _, row := range d.rows(t, "hospital-events.csv") {
		if regexp.MustCompile(pattern).MatchString(row[4]) {
			return row[field]
		}
	}
	t.Fatalf("no event fits %q", pattern)
	return ""
}

func config(t *testing.T, d *desk) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(strings.Join(d.lines(t, "config.b64.txt"), ""))
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

// filesOf adds up what the server counted for the machines of a country.
func filesOf(t *testing.T, d *desk, code string) string {
	t.Helper()
	sum, machines := 0, 0
	for _, row := range d.rows(t, "panel.csv") {
		if strings.HasPrefix(row[3], code+"-") {
			n, err := strconv.Atoi(row[5])
			if err != nil {
				t.Error(err)
			}
			sum += n
			machines++
		}
	}
	if machines != 2 {
		t.Errorf("%d machines of %s, want 2", machines, code)
	}
	return strconv.Itoa(sum)
}
