package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"renkei/internal/community"
)

// TestTablesOfEvent: what belongs to an event goes out as tables and comes back; a
// member has its own people alone, and nothing changes before it is confirmed.
func TestTablesOfEvent(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	secretariat, member, stranger := h.granted(community.Coordinator, community.Everywhere()), h.of("th", community.Owner), h.of("my", community.Approver)
	const path = "/programme/event/demo-seminar/tables"
	status, file := member.get(path + "/people.csv")
	if status != http.StatusOK || !strings.Contains(file, "Somchai Jaide") || strings.Contains(file, "Dara Sok") {
		t.Fatalf("the list of a member: %d\n%s", status, file)
	}
	if status, page := member.upload(path, "file", "people.csv", []byte(file), nil); status != http.StatusOK || !strings.Contains(page, "0 changes") {
		t.Errorf("an untouched table: %d", status)
	}
	changed := strings.Replace(file, "Somchai Jaide", "Somchai Jaidee", 1) + ",th,Anong Thongdee,,NCSA,delegate,,yes,,\n"
	status, page := member.upload(path, "file", "people.csv", []byte(changed), nil)
	if status != http.StatusOK {
		t.Fatalf("a changed table: %d\n%s", status, page)
	}
	holds(t, page, "2 changes, 1 of them new", "Anong Thongdee")
	holds(t, member.page("/programme/event/demo-seminar/attendance"), "!Anong Thongdee")
	_, tried, _ := strings.Cut(page, `name="tried" value="`)
	tried, _, _ = strings.Cut(tried, `"`)
	member.want(http.StatusSeeOther, path, url.Values{"tried": {tried}, "do": {"take"}, "reason": {"by table"}})
	holds(t, member.page("/programme/event/demo-seminar/attendance"), "Anong Thongdee", "Somchai Jaidee")
	if status, page := member.upload(path, "file", "people.csv", []byte("person,member,name\n,jp,Sato Jiro\n"), nil); status != http.StatusUnprocessableEntity || !strings.Contains(page, "B2") {
		t.Errorf("people of another member: %d", status)
	}
	if status, _ := stranger.get(path + "/people.csv"); status != http.StatusNotFound {
		t.Errorf("who acts for no member gets a list: %d", status)
	}
	if status, _ := stranger.upload(path, "file", "people.csv", []byte(file), nil); status != http.StatusNotFound {
		t.Errorf("who acts for no member hands a list in: %d", status)
	}
	// The record of a meeting that was adopted stays as it is.
	const wg1 = "/programme/event/wg1/tables"
	_, minutes := secretariat.get(wg1 + "/minutes.csv")
	if status, page := secretariat.upload(wg1, "file", "minutes.csv", []byte(minutes), nil); status != http.StatusOK || !strings.Contains(page, "0 changes") {
		t.Errorf("an untouched record: %d", status)
	}
	status, page = secretariat.upload(wg1, "file", "minutes.csv", []byte(strings.Replace(minutes, "The group agreed", "Nobody agreed", 1)), nil)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("an adopted record is changed: %d\n%s", status, page)
	}
	if status, _ := secretariat.get(wg1 + "/event.xlsx"); status != http.StatusOK {
		t.Errorf("the workbook: %d", status)
	}
	if status, page := member.upload(wg1, "file", "minutes.csv", []byte(minutes), nil); status != http.StatusUnprocessableEntity {
		t.Errorf("a member hands in the record: %d\n%s", status, page)
	}
	if status, page := secretariat.upload(wg1, "file", "x.xlsx", []byte("PK\x03\x04broken"), nil); status < http.StatusBadRequest || !strings.Contains(page, "cannot be read as a table") {
		t.Errorf("a broken workbook: %d", status)
	}
}
