package search_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"renkei/internal/database"
	"renkei/internal/search"
)

// index is an index with its database, and what was put into it.
type index struct {
	*search.Index
	db   *database.DB
	docs map[string]search.Document
}

func open(tb testing.TB, at string) *index {
	tb.Helper()
	db, err := database.Open(tb.Context(), at, database.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(tb.Context(), search.Area()); err != nil {
		tb.Fatal(err)
	}
	return &index{Index: search.New(db.Reader, "test"), db: db, docs: map[string]search.Document{}}
}

func (x *index) put(tb testing.TB, docs ...search.Document) {
	tb.Helper()
	if err := x.db.Write(tb.Context(), func(tx *database.Tx) error { return x.Put(tx, docs) }); err != nil {
		tb.Fatal(err)
	}
	for _, d := range docs {
		x.docs[d.ID] = d
	}
}

// found are the IDs of all pages, in order of ID. Pages are small, so that there
// are several.
func (x *index) found(tb testing.TB, q search.Query) []string {
	tb.Helper()
	var ids []string
	for q.Limit = 25; ; {
		res, err := x.Search(tb.Context(), q)
		if err != nil {
			tb.Fatal(err)
		}
		for _, h := range res.Hits {
			ids = append(ids, h.ID)
		}
		if !res.More {
			if res.Exact && res.Total != len(ids) {
				tb.Errorf("%q: %d are found, and said to be %d", q.Text, len(ids), res.Total)
			}
			slices.Sort(ids)
			return ids
		}
		q.Before = res.Hits[len(res.Hits)-1].Number
	}
}

// scanned is what found should be: every document is looked at.
func (x *index) scanned(q search.Query) (ids []string) {
	for _, id := range slices.Sorted(maps.Keys(x.docs)) {
		d := x.docs[id]
		folded := search.Fold(d.Text)
		misses := func(term string) bool { return !strings.Contains(folded, term) }
		without := func(any []string) bool {
			return !slices.ContainsFunc(any, func(f string) bool { return slices.Contains(d.Facets, f) })
		}
		if !slices.ContainsFunc(search.Terms(q.Text), misses) && !slices.ContainsFunc(q.Facets, without) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (x *index) compare(t *testing.T, q search.Query) (n int) {
	t.Helper()
	got, want := x.found(t, q), x.scanned(q)
	if !slices.Equal(got, want) {
		t.Errorf("%q in %v: found %v, want %v", q.Text, q.Facets, got, want)
	}
	return len(got)
}

// sentences are of the kind that the handbook holds, in its languages.
var sentences = map[string][]string{
	"ja": {"重要情報インフラ防護に関する法律を制定", "リモートサイバー演習を毎年６月に実施", "国家ＣＳＩＲＴの設立", "意識啓発、人材育成", "個人情報の保護に関する法律の改正", "ｻｲﾊﾞｰｾｷｭﾘﾃｨ戦略"},
	"th": {"พระราชบัญญัติการรักษาความมั่นคงปลอดภัยไซเบอร์", "ศูนย์ประสานการรักษาความมั่นคงปลอดภัยระบบคอมพิวเตอร์", "แผนปฏิบัติการน้ำและไฟฟ้า", "การฝึกซ้อมรับมือภัยคุกคาม"},
	"km": {"ច្បាប់ស្តីពីសន្តិសុខ\u200bសាយប័រ", "គោលនយោបាយរដ្ឋាភិបាលឌីជីថល", "ការបណ្តុះបណ្តាល\u200bមន្ត្រីរាជការ", "យុទ្ធសាស្ត្រជាតិ។"},
	"lo": {"ກົດໝາຍວ່າດ້ວຍການຕ້ານອາຊະຍາກຳທາງລະບົບຄອມພິວເຕີ", "ສູນຕອບໂຕ້ເຫດສຸກເສີນ", "ນ້ຳ ແລະ ໄຟຟ້າ", "ການຝຶກອົບຮົມ"},
	"my": {"ဆိုက်ဘာလုံခြုံရေးဥပဒေ", "အမျိုးသားအဆင့် ကွန်ပျူတာအရေးပေါ်တုံ့ပြန်ရေးအဖွဲ့", "သင်တန်းနှင့် အသိပညာပေး", "အီလက်ထရွန်းနစ် ဆက်သွယ်ဆောင်ရွက်ရေး ဥပဒေ"},
	"vi": {"Luật An toàn thông tin mạng", "Trung tâm Giám sát an toàn không gian mạng quốc gia", "Đào tạo nguồn nhân lực", "Diễn tập ứng cứu sự cố"},
	"en": {"Cybersecurity law", "National CERT (CERT-PH) founded", "Yearly cyber drills for operators of critical infrastructure", "Data protection"},
}

// corpus puts documents of one to three sentences of each language.
func corpus(t *testing.T, x *index, random *rand.Rand) {
	t.Helper()
	var docs []search.Document
	for lang, all := range sentences {
		for i := range 40 {
			var text []string
			for range 1 + random.IntN(3) {
				text = append(text, all[random.IntN(len(all))])
			}
			docs = append(docs, search.Document{
				ID: fmt.Sprintf("%s-%02d", lang, i), Text: strings.Join(text, "\n"),
				Facets: []string{"lang:" + lang, fmt.Sprintf("year:%d", 2020+i%4)},
			})
		}
	}
	slices.SortFunc(docs, func(a, b search.Document) int { return strings.Compare(a.ID, b.ID) })
	x.put(t, docs...)
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	testIndex(t, func(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "renkei.db") })
}

// testIndex holds the index to a scan of all documents, on the given engine.
func testIndex(t *testing.T, at func(*testing.T) string) {
	t.Helper()
	t.Run("Parts", func(t *testing.T) { t.Parallel(); testParts(t, open(t, at(t))) })
	t.Run("Marks", func(t *testing.T) { t.Parallel(); testMarks(t, open(t, at(t))) })
	t.Run("Changes", func(t *testing.T) { t.Parallel(); testChanges(t, open(t, at(t))) })
	t.Run("Blocks", func(t *testing.T) { t.Parallel(); testBlocks(t, open(t, at(t))) })
	t.Run("Others", func(t *testing.T) { t.Parallel(); testOthers(t, open(t, at(t))) })
}

// testParts looks for parts of one, two, three and more characters of sentences
// in each language.
func testParts(t *testing.T, x *index) {
	t.Helper()
	random := rand.New(rand.NewPCG(15, 2026))
	corpus(t, x, random)
	for lang, all := range sentences {
		for _, n := range []int{1, 2, 3, 4, 9} {
			found := 0
			for range 6 {
				typed := []rune(all[random.IntN(len(all))])
				n := min(n, len(typed))
				from := random.IntN(len(typed) - n + 1)
				q := search.Query{Text: string(typed[from : from+n])}
				found += x.compare(t, q)
				q.Facets = [][]string{{"year:2021", "year:2022"}, {"lang:" + lang}}
				x.compare(t, q)
			}
			if found == 0 {
				t.Errorf("nothing was found for %d characters of %s", n, lang)
			}
		}
	}
	for _, text := range []string{"", "演習", "サイバー 法律", "ไซเบอร์", "น้ำ", "nhân lực cert", "absent", "演 習 法", "protection data", "ecurity law"} {
		x.compare(t, search.Query{Text: text})
	}
	x.compare(t, search.Query{Text: "法", Facets: [][]string{{}}})
}

// testMarks finds Vietnamese in whatever way it is typed.
func testMarks(t *testing.T, x *index) {
	t.Helper()
	corpus(t, x, rand.New(rand.NewPCG(1, 1)))
	for _, same := range [][]string{
		{"mạng", "mang", "MẠNG", "ma\u0323ng"}, {"đào", "dao", "Đa\u0300o"}, {"ứng cứu", "ung cuu", "ứng cuu"}, {"ậ", "a"}, {"ật", "at"}, {"sự cố", "su co"},
	} {
		want := x.found(t, search.Query{Text: same[0]})
		if len(want) == 0 {
			t.Errorf("%q finds nothing", same[0])
		}
		for _, text := range same {
			if got := x.found(t, search.Query{Text: text}); !slices.Equal(got, want) {
				t.Errorf("%q finds %v, and %q %v", same[0], want, text, got)
			}
		}
	}
}

// testChanges puts documents anew, at random, and finds what they say now.
func testChanges(t *testing.T, x *index) {
	t.Helper()
	random := rand.New(rand.NewPCG(7, 7))
	corpus(t, x, random)
	langs := slices.Sorted(maps.Keys(sentences))
	for range 60 {
		lang := langs[random.IntN(len(langs))]
		id := fmt.Sprintf("%s-%02d", lang, random.IntN(40))
		text := sentences[lang][random.IntN(len(sentences[lang]))]
		x.put(t, search.Document{ID: id, Text: "of another time"}, search.Document{ID: id, Text: text, Facets: []string{"changed"}})
	}
	if x.compare(t, search.Query{Facets: [][]string{{"changed"}}}) == 0 {
		t.Error("no document was changed")
	}
	for _, text := range []string{"", "法", "ไซ", "another", "mang", "ສູນ"} {
		x.compare(t, search.Query{Text: text})
	}
}

// testBlocks has more documents than a block, and more candidates than are
// looked at to count them.
func testBlocks(t *testing.T, x *index) {
	t.Helper()
	var docs []search.Document
	for i := range 5000 {
		text := "measure abcdef"
		if i%3 == 0 {
			text = "measure abcd bcdef" // has the grams of the other, and not the word
		}
		docs = append(docs, search.Document{ID: fmt.Sprintf("%04d", i), Text: text})
	}
	x.put(t, docs...)
	if n := x.compare(t, search.Query{Text: "abcdef"}); n != 3333 {
		t.Errorf("%d are found", n)
	}
	if n := x.compare(t, search.Query{Text: "mea"}); n != 5000 {
		t.Errorf("%d are found", n)
	}
	res, err := x.Search(t.Context(), search.Query{Text: "measure"})
	if err != nil || len(res.Hits) != 50 || res.Hits[0].ID != "4999" || res.Exact || !res.More {
		t.Errorf("the first page is %+v, %v", res, err)
	}
}

// testOthers keeps the indexes of two areas apart.
func testOthers(t *testing.T, x *index) {
	t.Helper()
	x.put(t, search.Document{ID: "one", Text: "演習"})
	other := search.New(x.db.Reader, "other")
	if res, err := other.Search(t.Context(), search.Query{Text: "演習"}); err != nil || len(res.Hits) > 0 {
		t.Errorf("the other index finds %v, %v", res.Hits, err)
	}
	x.compare(t, search.Query{Text: "演習"})
}
