package msel

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"renkei/internal/exercise/scenario"
	"renkei/internal/sheet"
)

var (
	keyPattern   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,39}$`)
	listSeps     = regexp.MustCompile(`[,;、，；\n]+`)
	afterPattern = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_-]{0,39})\s*(?:[+＋]\s*(.+))?$`)
)

func foldDigits(s string) string { return norm.NFKC.String(s) }

// problem is why a cell could not be read: the code of an Issue.
type problem struct {
	code string
	args map[string]any
}

// convert turns a cell into what stands in the YAML of the pack.
func (im *importer) convert(f field, cell sheet.Cell) (string, *problem) {
	if cell.Kind == sheet.Broken {
		return "", &problem{"broken", map[string]any{"Text": clip(cell.Text)}}
	}
	text := tidy(cell.Text)
	if mapped, ok := im.m.Values[f.name][text]; ok {
		text, cell = mapped, sheet.Cell{Text: mapped}
	}
	if text == "" {
		return "", nil
	}
	switch f.sort {
	case sortTime:
		d, p := im.clock.Parse(cell)
		if p != "" {
			return "", &problem{string(p), map[string]any{"Text": clip(text)}}
		}
		return span(d), nil
	case sortSpan:
		d, p := sheet.Clock{Elapsed: true, Unit: im.clock.Unit}.Parse(cell)
		if p != "" {
			return "", &problem{string(p), map[string]any{"Text": clip(text)}}
		}
		return span(d), nil
	case sortAfter:
		return im.after(text)
	case sortList:
		return strings.Join(list(text), ", "), nil
	case sortPhase:
		return im.phase(text)
	case sortFrom:
		return im.from(text)
	case sortTo:
		return im.to(text)
	case sortTLP:
		label := strings.TrimSpace(strings.TrimPrefix(strings.ToUpper(foldDigits(text)), "TLP:"))
		if t, err := scenario.ParseTLP(label); err != nil || t == scenario.TLPNone {
			return "", &problem{"tlp", map[string]any{"Text": clip(text)}}
		}
		return label, nil
	case sortEnum:
		return im.enum(f, text)
	}
	if f.name == "subject" { // it is one line
		text = strings.Join(strings.Fields(text), " ")
	}
	return text, nil
}

func list(text string) []string {
	var all []string
	for _, s := range listSeps.Split(text, -1) {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// after reads "I01", "I01 +3m" and "I01 +0:03".
func (im *importer) after(text string) (string, *problem) {
	m := afterPattern.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return "", &problem{"after", map[string]any{"Text": clip(text)}}
	}
	if m[2] == "" {
		return m[1], nil
	}
	d, p := sheet.Clock{Elapsed: true, Unit: im.clock.Unit}.ParseText("+" + m[2])
	if p != "" {
		return "", &problem{string(p), map[string]any{"Text": clip(text)}}
	}
	if d == 0 {
		return m[1], nil
	}
	return m[1] + " +" + span(d), nil
}

// alike compares names as people write them.
func alike(a, b string) bool { return foldHead(a) == foldHead(b) && foldHead(a) != "" }

func named(t scenario.Text, text string) bool {
	for _, name := range t {
		if alike(name, text) {
			return true
		}
	}
	return false
}

func (im *importer) phase(text string) (string, *problem) {
	for _, p := range im.phases() {
		if p.Key == text || alike(p.Key, text) || named(p.Title, text) {
			return p.Key, nil
		}
	}
	var known []string
	for _, p := range im.phases() {
		known = append(known, p.Key)
	}
	return "", &problem{"phase", map[string]any{"Text": clip(text), "Known": strings.Join(known, ", ")}}
}

// from gives the key of a persona; a new pack gets a persona for each name.
func (im *importer) from(text string) (string, *problem) {
	if im.src == nil {
		return im.persona(text), nil
	}
	var known []string
	for _, p := range im.src.pack.Personas {
		if p.Key == text || alike(p.Key, text) || named(p.Name, text) {
			return p.Key, nil
		}
		known = append(known, p.Key)
	}
	return "", &problem{"from", map[string]any{"Text": clip(text), "Known": strings.Join(known, ", ")}}
}

// toWords are how people call the receivers that every pack has.
func toWords() map[string][]string {
	return map[string][]string{
		scenario.AudTeams: {
			"teams", "allteams", "team", "players", "allplayers", "participants", "allparticipants", "csirts", "certs", "allcsirts",
			"全チーム", "チーム", "各チーム", "参加者", "全参加者", "toutesleséquipes", "équipes", "joueurs", "touslesjoueurs", "cácđội",
		},
		scenario.AudCells: {"cells", "allcells", "全セル", "セル", "cellules", "touteslescellules"},
		scenario.AudAll:   {"all", "everybody", "everyone", "全員", "全体", "全チーム全セル", "tous", "tout", "tấtcả"},
	}
}

func (im *importer) to(text string) (string, *problem) {
	for to, words := range toWords() {
		if slices.ContainsFunc(words, func(w string) bool { return alike(w, text) }) {
			return to, nil
		}
	}
	key, _ := strings.CutPrefix(text, scenario.CellPrefix)
	known := []string{scenario.AudTeams, scenario.AudCells, scenario.AudAll}
	for _, c := range im.cells() {
		if c.Key == key || alike(c.Key, text) || named(c.Name, text) {
			return scenario.CellPrefix + c.Key, nil
		}
		known = append(known, scenario.CellPrefix+c.Key)
	}
	if im.src == nil {
		return "", &problem{"to_new", map[string]any{"Text": clip(text)}}
	}
	return "", &problem{"to", map[string]any{"Text": clip(text), "Known": strings.Join(known, ", ")}}
}

// enumWords are how people call the values of kind and mode.
func enumWords() map[string]map[string]string {
	return map[string]map[string]string{
		"kind": {
			"contextual":  "contextual context normal 状況の付与 通常 状況 contextuel", //nolint:misspell // French
			"contingency": "contingency backup reserve 予備 予備必要な場合のみ réserve secours", "administrative": "administrative admin 運営 運営上の連絡 administratif",
		},
		"mode": {
			"email": "email mail e-mail メール 電子メール courriel mél", "phone": "phone telephone call phonecall 電話 téléphone appel điệnthoại",
			"chat": "chat mattermost slack im チャット messagerie", "ticket": "ticket ticketing チケット", "news": "news media press 報道 ニュース presse médias báochí",
			"social": "social socialmedia twitter x sns ソーシャルメディア réseauxsociaux mạngxãhội", "document": "document paper 文書 資料 papier tàiliệu",
			"person": "person inperson facetoface verbal oral 対面 口頭 enpersonne trựctiếp",
		},
	}
}

func (im *importer) enum(f field, text string) (string, *problem) {
	var known []string
	for value, words := range enumWords()[f.name] {
		if value == text || slices.ContainsFunc(strings.Fields(words), func(w string) bool { return alike(w, text) }) {
			return value, nil
		}
		known = append(known, value)
	}
	slices.Sort(known)
	return "", &problem{"enum", map[string]any{"Text": clip(text), "Known": strings.Join(known, ", ")}}
}
