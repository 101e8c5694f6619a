package internal_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// givenUp are terms that have another rendering by the tables in docs/design.md:
// what is read by people says one thing with one word.
var givenUp = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`What went well$|What to improve|Recommended action|Which way it went|[Hh]ot-wash|` +
		`Pass on what others|React to every inject|Skills that most lacked|Where most were stuck|it never came|at worst by|` +
		`lies ready|Steer play|Points at most|Labels that were too loose|Messages that nobody expected|(^|[^.:{<])\b[Pp]ersonas?\b([^:.}]|$)`),
	"ja": regexp.MustCompile(`重要タスク|差出人役|登場人物|訓練目的|想定する情報の流れ|想定された情報展開|統制要員|解答|正答|返信案|準備された返答|` +
		`用意された返答|遅刻|想定される対応|期待される対応|侵害の痕跡|指令サーバ|うまくいったこと|改善すべきこと|ホットウォッシュ|改善措置|改善策|担当機関|緩すぎた|筋書きの分岐|` +
		`付与済みの状況付与|付与される状況付与|何の反応もなかった|評価者不一致|決着|統括側|問合せ|時間0分|` +
		`統括コントローラ|統括[のをが]|(サーバ|コントローラ|フォルダ|ブラウザ|ヘッダ|スキャナ|ユーザ|ルータ|プリンタ|フィルタ|コンピュータ|プロバイダ)([^ー・]|$)`),
}

// exempt are keys whose text names the field of a pack, or the code of a
// program that people type.
var exempt = regexp.MustCompile(`^(schema\.(flow|pack)\.|check\.|msel\.issue\.from\.hint$)`)

// TestNobodyReadsTermsThatWereGivenUp looks through the texts of all areas and
// through the shipped packs.
func TestNobodyReadsTermsThatWereGivenUp(t *testing.T) {
	t.Parallel()
	read := 0
	for lang, found := range givenUp {
		for _, path := range catalogues(t, lang) {
			for key, text := range catalogue(t, path) {
				read++
				if lang == "en" && exempt.MatchString(key) {
					continue
				}
				if at := found.FindString(text); at != "" {
					t.Errorf("%s: %s says %q", path, key, at)
				}
			}
		}
	}
	err := filepath.WalkDir("../scenarios", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(path, "testdata") || filepath.Ext(path) == ".go" {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for n, line := range strings.Split(string(raw), "\n") {
			read++
			for lang, found := range givenUp {
				if at := found.FindString(line); at != "" && (lang == "ja" || filepath.Ext(path) == ".md") {
					t.Errorf("%s:%d says %q", path, n+1, at)
				}
			}
		}
		return nil
	})
	if err != nil || read < 5000 {
		t.Errorf("read %d texts, %v", read, err)
	}
}

// catalogues are the files with the texts of a language.
func catalogues(t *testing.T, lang string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		if filepath.Ext(path) == ".json" && (name == lang || filepath.Base(filepath.Dir(path)) == lang) {
			all = append(all, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func catalogue(t *testing.T, path string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	texts := map[string]string{}
	for key, text := range all {
		var words string
		if json.Unmarshal(text, &words) != nil {
			words = string(text)
		}
		texts[key] = words
	}
	return texts
}
